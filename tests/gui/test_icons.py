from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPixmap

from rnnviz.files.resources import resource
from rnnviz.gui import icons

NAMES = sorted(path.stem for path in resource("icons").glob("*.svg"))


def pixels(pixmap: QPixmap) -> np.ndarray:
    """Bytes (height, width, 4) in the order blue, green, red, alpha."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_draws_something_that_fits(qapp: object, name: str) -> None:
    alpha = pixels(icons.pixmap(name, QColor("#ECEEF2"), 16, 4.0))[..., 3]
    assert alpha.shape == (64, 64)
    assert 0.03 < (alpha > 128).mean() < 0.97
    if name not in ("app", "logo"):
        # A line cut off at the border would leave opaque pixels there.
        assert max(alpha[0].max(), alpha[-1].max(), alpha[:, 0].max(), alpha[:, -1].max()) == 0


@pytest.mark.parametrize("name", [name for name in NAMES if name != "app"])
def test_icons_take_the_colour_they_are_given(qapp: object, name: str) -> None:
    image = pixels(icons.pixmap(name, QColor("#FF0000"), 16, 4.0))
    solid = image[image[..., 3] == 255] if name != "logo" else image[image[..., 3] > 250]
    assert len(solid)
    assert (solid[:, :3] == (0, 0, 255)).all()


def test_pixmaps_are_kept_and_sharp(qapp: object) -> None:
    one = icons.pixmap("play", QColor("#123456"), 16, 2.0)
    again = icons.pixmap("play", QColor("#123456"), 16, 2.0)
    assert one.cacheKey() == again.cacheKey()
    assert (one.width(), one.devicePixelRatio()) == (32, 2.0)
    assert icons.pixmap("play", QColor("#123457"), 16, 2.0).cacheKey() != one.cacheKey()


def test_icons_for_menus_and_the_task_bar(qapp: object) -> None:
    assert not icons.icon("copy", QColor("black")).pixmap(16, 16).isNull()
    assert {size.width() for size in icons.application_icon().availableSizes()} >= {16, 48, 256}


def test_an_unknown_icon_is_an_error(qapp: object) -> None:
    with pytest.raises(FileNotFoundError):
        icons.pixmap("unicorn", QColor("black"))
