import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnnviz.training.curves import StepStats
from rnnviz.training.messages import pack, rows_array, rows_from, unpack

KINDS = st.sampled_from([np.float32, np.float64, np.int64, np.uint8])
SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5)
ARRAYS = KINDS.flatmap(lambda kind: hnp.arrays(kind, SHAPES))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4), st.dictionaries(st.text(), ARRAYS, max_size=4))
def test_what_goes_in_comes_out(record: dict[str, object], arrays: dict[str, np.ndarray]) -> None:
    back, found = unpack(pack(record, arrays))
    assert back == record
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
        assert not found[name].flags.writeable


def test_a_view_with_gaps_is_sent_as_it_reads() -> None:
    array = np.arange(24.0).reshape(4, 6)[::2, 1::2]
    np.testing.assert_array_equal(unpack(pack({}, {"a": array}))[1]["a"], array)


def test_numbers_beyond_64_bits_survive() -> None:
    state = np.random.default_rng(3).bit_generator.state
    assert unpack(pack(state))[0] == state


def test_rows_survive_with_their_gaps() -> None:
    nan = float("nan")
    rows = [
        StepStats(0, nan, nan, nan, held_out=3.25),
        StepStats(7, 0.1, 0.25, 1e30, 1),
        StepStats(9, 1.5, 1.0, 2.5, 3, 2.0, 4),
    ]
    back = rows_from(rows_array(rows).tolist())
    assert [repr(row) for row in back] == [repr(row) for row in rows]
    assert rows_from(rows_array([]).tolist()) == []
