import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.france import WORDINGS, FranceTask


def make(gap: int = 20, wording: str = "english") -> FranceTask:
    task = make_task("france", {"gap": gap, "wording": wording}, None)
    assert isinstance(task, FranceTask)
    return task


@pytest.mark.parametrize("gap", [0, 1, 20, 55])
@pytest.mark.parametrize("wording", WORDINGS)
def test_a_sentence_names_a_country_then_fills_then_asks(wording: str, gap: int) -> None:
    task, words = make(gap, wording), WORDINGS[wording]
    fillers = {word for clause in words.clauses for word in clause.split()}
    batch = task.batch(np.random.default_rng(0), 400)
    countries = []
    for b in range(400):
        sentence = task.vocabulary.decode(batch.x[:, b].tolist())
        head, tail = len(words.before), len(sentence) - len(words.asking)
        country = sentence[head]
        countries.append(country)
        middle = sentence[head + 1 : tail]
        assert sentence[:head] == list(words.before)
        assert middle[: len(words.after)] == list(words.after)
        assert len(middle[len(words.after) :]) == gap
        assert set(middle[len(words.after) :]) <= fillers
        assert tuple(sentence[tail:]) == words.asking
        assert (batch.y[:-1, b] == -1).all()
        assert task.output_symbols[batch.y[-1, b]] == words.answers[country]
    shares = np.array([countries.count(country) for country in words.answers]) / 400
    assert shares == pytest.approx(np.full(8, 1 / 8), abs=0.06)


@pytest.mark.parametrize("wording", WORDINGS)
def test_no_filler_gives_the_answer_away(wording: str) -> None:
    words = WORDINGS[wording]
    fillers = {word for clause in words.clauses for word in clause.split()}
    assert not fillers & (set(words.answers) | set(words.answers.values()) | {words.asking[-1]})
    assert len(set(words.answers.values())) == len(words.answers)


def test_the_baseline_is_what_guessing_scores() -> None:
    task = make()
    batch = task.held_out()[0]
    score = task.score(np.zeros((*batch.x.shape, 8)), batch)
    assert score["loss"] == pytest.approx(task.baseline) == pytest.approx(np.log(8))


@pytest.mark.parametrize(
    ("wording", "text", "tokens", "answer"),
    [
        (
            "english",
            "I grew up in france, then we moved. I SPEAK fluent",
            ("I", "grew", "up", "in", "france", "then", "we", "moved", "I", "SPEAK", "fluent"),
            "French",
        ),
        ("english", "Japan Spain fluent", ("Japan", "Spain", "fluent"), "Spanish"),
        ("english", "I speak fluent", ("I", "speak", "fluent"), ""),
        (
            "chinese",
            "我在意大利长大，妈妈教音乐。我说流利的",
            ("我", "在", "意大利", "长大", "妈妈", "教", "音乐", "我", "说", "流利", "的"),
            "意大利语",
        ),
        ("chinese", "日本 的", ("日本", "的"), "日语"),
    ],
)
def test_typed_words(wording: str, text: str, tokens: tuple[str, ...], answer: str) -> None:
    task = make(wording=wording)
    typed = task.typed(text)
    assert typed.tokens == tokens
    assert typed.problem is None
    assert (typed.targets[:-1] == -1).all()
    last = int(typed.targets[-1, 0])
    assert (task.output_symbols[last] if last >= 0 else "") == answer


@pytest.mark.parametrize(
    ("wording", "text", "token"), [("english", "I grew in Mars", "Mars"), ("chinese", "我在火星", "火")]
)
def test_an_unknown_word_is_explained(wording: str, text: str, token: str) -> None:
    typed = make(wording=wording).typed(text)
    assert typed.problem is not None
    key, values = typed.problem
    assert (key, values["token"]) == ("problem.word", token)
    assert str(values["countries"]).split()[0] in WORDINGS[wording].answers
