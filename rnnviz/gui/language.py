"""The language of the running window: our catalogue and Qt's own translations, switched together."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal

from rnnviz.files.catalogue import LANGUAGES, Catalogue


class Language(QObject):
    """Holds the catalogue in use; `changed` follows every switch."""

    changed = Signal()

    def __init__(self, code: str = "en", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._translator: QTranslator | None = None
        self._catalogue = Catalogue(code)
        self._load_qt()

    @property
    def code(self) -> str:
        """One of LANGUAGES."""
        return self._catalogue.language

    @property
    def catalogue(self) -> Catalogue:
        """The sentences in the current language."""
        return self._catalogue

    def set(self, code: str) -> None:
        """Switch to a language of LANGUAGES; anything else is left without effect."""
        if code not in LANGUAGES or code == self.code:
            return
        self._catalogue = Catalogue(code)
        self._load_qt()
        self.changed.emit()

    def release(self) -> None:
        """Take our translations of Qt's own words away again; for a window that closes."""
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    def _load_qt(self) -> None:
        """Let Qt's own buttons and menus (Save, Cancel, Copy, Paste) speak the same language."""
        self.release()
        QLocale.setDefault(QLocale(self.code))
        if self.code == "en":
            return
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{self.code}", folder):
            QCoreApplication.installTranslator(translator)
            self._translator = translator
