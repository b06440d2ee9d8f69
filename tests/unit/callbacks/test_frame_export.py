"""Frames of runs as independent readers find them in files of other formats."""

import gzip
import json

import fabio
import h5py
import numpy as np
import pytest
from PIL import Image

from callbacks.errors import ConsumerError
from callbacks.frame_export import FrameExport, export_frames, fits_header
from callbacks.frames import FrameUnreadableError

POINTS, EACH = 3, 2
RANDOM = np.random.default_rng(1)
FRAMES = RANDOM.integers(0, 2**16, (POINTS * EACH + 1, 5, 7), np.uint16)


def documents(folder, frames=FRAMES, kind="hdf5"):
    """What a run tells of its frames."""
    folder.mkdir(exist_ok=True)
    if kind == "hdf5":
        with h5py.File(folder / "cam.h5", "w") as file:
            file["entry/data/data"] = frames
        told = {"mimetype": "application/x-hdf5", "uri": f"file://localhost{folder}/cam.h5"}
        told["parameters"] = {"dataset": "/entry/data/data"}
    else:
        for number, frame in enumerate(frames):
            Image.fromarray(frame).save(folder / f"cam_{number:06d}.tiff")
        told = {"mimetype": "multipart/related;type=image/tiff"}
        told |= {"uri": f"file://localhost{folder}/"}
        told["parameters"] = {"template": "cam_{:06d}.tiff"}
    yield "start", {"uid": "abc-1", "scan_id": 7, "time": 1.0}
    keys = {"cam": {"shape": [EACH, 5, 7], "external": "STREAM:"}, "spot": {"shape": []}}
    yield "descriptor", {"uid": "d", "name": "primary", "data_keys": keys}
    yield "stream_resource", {"uid": "r", "data_key": "cam", **told}
    for point in range(POINTS):
        indices = {"start": point, "stop": point + 1}
        seq_nums = {"start": point + 1, "stop": point + 2}
        datum = {"uid": f"r/{point}", "stream_resource": "r", "descriptor": "d"}
        yield "stream_datum", {**datum, "indices": indices, "seq_nums": seq_nums}
        data = {"spot": 1.5 * point}
        yield "event", {"descriptor": "d", "seq_num": point + 1, "data": data}


def exported(tmp_path, source="hdf5", **how):
    return export_frames(
        documents(tmp_path / "saved", kind=source), tmp_path / "new", FrameExport(**how)
    )


# --- readers of others find the same frames


@pytest.mark.parametrize("source", ["hdf5", "tiff"])
def test_all_frames_are_in_one_edf_file_with_what_was_counted(tmp_path, source):
    (path,) = exported(tmp_path, source, form="edf")
    assert path.name == "cam_00007.edf"
    with fabio.open(str(path)) as image:
        assert image.nframes == 6
        for number, expected in enumerate(FRAMES[:6]):
            frame = image.get_frame(number)
            assert (frame.data == expected).all()
            assert frame.data.dtype == np.uint16
            assert int(frame.header["point"]) == number // 2 + 1
            assert float(frame.header["spot"]) == 1.5 * (number // 2)


def test_edf_files_may_be_compressed(tmp_path):
    (path,) = exported(tmp_path, form="edf", compression="gzip")
    assert path.name == "cam_00007.edf.gz"
    assert gzip.decompress(path.read_bytes()).startswith(b"{")
    with fabio.open(str(path)) as image:
        assert (image.get_frame(5).data == FRAMES[5]).all()


def test_each_cbf_file_has_a_frame(tmp_path):
    paths = exported(tmp_path, form="cbf", frames_per_file=1)
    assert [path.name for path in paths] == [f"cam_00007_{n:06d}.cbf" for n in range(6)]
    for path, expected in zip(paths, FRAMES, strict=False):
        with fabio.open(str(path)) as image:
            assert (image.data == expected).all()


def test_raw_files_say_beside_them_what_they_are(tmp_path):
    (path,) = exported(tmp_path, form="raw")
    about = json.loads((tmp_path / "new" / "cam_00007.raw.json").read_text())
    shape = about["frames"], about["rows"], about["columns"]
    assert (np.fromfile(path, about["dtype"]).reshape(shape) == FRAMES[:6]).all()


@pytest.mark.parametrize("compression", ["none", "gzip", "bitshuffle"])
@pytest.mark.parametrize(("form", "suffix"), [("nxs", ".nxs"), ("hdf5", ".h5")])
def test_nexus_files_have_their_frames_as_default_data(tmp_path, form, suffix, compression):
    (path,) = exported(tmp_path, form=form, compression=compression)
    assert path.suffix == suffix
    with h5py.File(path) as file:
        entry = file[file.attrs["default"]]
        data = entry[entry.attrs["default"]]
        assert entry.attrs["NX_class"] == "NXentry"
        assert (data[data.attrs["signal"]][:] == FRAMES[:6]).all()
        assert data["point"][:].tolist() == [1, 1, 2, 2, 3, 3]


def fits_frames(path):
    """Read as the standard says: cards of 80 characters, blocks of 2880 bytes, high byte first."""
    raw = path.read_bytes()
    assert len(raw) % 2880 == 0
    cards = {}
    for start in range(0, len(raw), 80):
        card = raw[start : start + 80].decode("ascii")
        if card.startswith("END"):
            break
        cards[card[:8].strip()] = card[10:].split("/")[0].strip()
    begin = (start // 2880 + 1) * 2880
    bits = int(cards["BITPIX"])
    dtype = f">{'i' if bits > 0 else 'f'}{abs(bits) // 8}" if bits != 8 else "u1"
    shape = [int(cards[f"NAXIS{n}"]) for n in range(int(cards["NAXIS"]), 0, -1)]
    count = int(np.prod(shape))
    values = np.frombuffer(raw[begin:], dtype)[:count].reshape(shape)
    return cards, values.astype(np.int64) + int(cards.get("BZERO", 0)) if bits > 0 else values


def test_a_fits_file_is_a_cube_of_frames(tmp_path):
    (path,) = exported(tmp_path, form="fits")
    cards, frames = fits_frames(path)
    assert (frames == FRAMES[:6]).all()
    assert cards["UID"] == "'abc-1   '"


def test_pillow_reads_fits_files(tmp_path):
    """Pillow knows images of 8, 16 and 32 bits; it leaves BZERO to others."""
    frames = RANDOM.integers(0, 100, FRAMES.shape, np.uint8)
    source = documents(tmp_path / "saved", frames)
    how = FrameExport("fits", frames_per_file=1)
    path, *_ = export_frames(source, tmp_path / "new", how)
    with Image.open(path) as image:
        # Pillow shows the first row of the file at the bottom, as the standard recommends
        assert (np.flipud(np.asarray(image)) == frames[0]).all()


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"])
def test_fits_keeps_every_type_of_pixel(dtype):
    if dtype[0] == "f":
        frame = RANDOM.normal(size=(3, 4)).astype(dtype)
    else:
        limits = np.iinfo(dtype)
        frame = np.array([[limits.min, limits.max], [0, 1]], dtype)
    kind, zero = fits_header.stored(frame.dtype)
    found = np.frombuffer(fits_header.pixels(frame), kind).reshape(frame.shape)
    expected = frame if dtype[0] == "f" else frame.astype(object)
    assert (found.astype(object) + zero == expected).all()


# --- how many to a file, and files that are there


def test_files_have_so_many_frames(tmp_path):
    paths = exported(tmp_path, form="edf", frames_per_file=4)
    counts = []
    for path in paths:
        with fabio.open(str(path)) as image:
            counts.append(image.nframes)
    assert counts == [4, 2]


def test_files_that_are_there_stop_it_before_anything_is_written(tmp_path):
    exported(tmp_path, form="edf")
    with pytest.raises(ConsumerError, match=r"cam_00007.edf is there already"):
        exported(tmp_path, form="edf")
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_files_are_replaced_where_that_is_asked_for(tmp_path):
    exported(tmp_path, form="edf")
    (path,) = exported(tmp_path, form="edf", existing="overwrite")
    with fabio.open(str(path)) as image:
        assert image.nframes == 6


@pytest.mark.parametrize(
    ("form", "compression"), [("edf", "none"), ("edf", "gzip"), ("nxs", "gzip"), ("raw", "none")]
)
def test_frames_are_added_to_those_that_are_there(tmp_path, form, compression):
    how = {"form": form, "compression": compression, "existing": "append"}
    for _ in range(2):
        (path,) = exported(tmp_path, **how)
    both = np.concatenate([FRAMES[:6]] * 2)
    if form == "edf":
        with fabio.open(str(path)) as image:
            found = [image.get_frame(number).data for number in range(image.nframes)]
    elif form == "nxs":
        with h5py.File(path) as file:
            found = file["entry/data/data"][:]
    else:
        found = np.fromfile(path, "<u2").reshape(-1, 5, 7)
    assert (np.array(found) == both).all()


def test_files_of_one_frame_are_numbered_on(tmp_path):
    exported(tmp_path, form="cbf", frames_per_file=1)
    paths = exported(tmp_path, form="cbf", frames_per_file=1, existing="append")
    assert paths[0].name == "cam_00007_000006.cbf"
    assert len(list((tmp_path / "new").iterdir())) == 12


def test_sets_of_frames_are_numbered(tmp_path):
    names = [exported(tmp_path, form="edf", existing="multiset")[0].name for _ in range(3)]
    assert names == ["cam_00007.edf", "cam_00007_2.edf", "cam_00007_3.edf"]


@pytest.mark.parametrize("form", ["raw", "nxs"])
def test_frames_of_another_shape_are_not_added(tmp_path, form):
    (path,) = exported(tmp_path, form=form, existing="append")
    before = path.read_bytes()
    other = documents(tmp_path / "other", np.zeros((7, 9, 9), np.uint16))
    with pytest.raises(ConsumerError, match="nothing was added"):
        export_frames(other, tmp_path / "new", FrameExport(form, existing="append"))
    assert path.read_bytes() == before


def test_what_fails_leaves_no_part_of_a_file(tmp_path):
    """The file of the detector has fewer frames than its documents tell of."""
    source = documents(tmp_path / "saved", FRAMES[:3])
    with pytest.raises(FrameUnreadableError, match="frame 1 of point 2 of cam cannot be read"):
        export_frames(source, tmp_path / "new", FrameExport("edf"))
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"form": "jpeg"}, "frames are exported as raw, edf, cbf, fits, nxs, hdf5, not as 'jpeg'"),
        ({"form": "cbf", "frames_per_file": 2}, "cbf files have 1 frame each, not 2"),
        ({"form": "fits", "compression": "gzip"}, "fits has compression none, not 'gzip'"),
        ({"existing": "keep"}, "files that exist lead to abort, overwrite, append, multiset"),
        ({"frames_per_file": -1}, "files have 0 frames, for all, or more, not -1"),
        ({"form": "fits", "existing": "append"}, "nothing can be added to a file of fits"),
    ],
)
def test_what_no_format_can_do_is_refused(tmp_path, how, sentence):
    with pytest.raises(ConsumerError, match=sentence):
        exported(tmp_path, **how)


def test_a_format_of_one_frame_has_a_file_for_each_unless_it_is_told():
    assert FrameExport("cbf").checked().frames_per_file == 1


def test_numbers_that_cbf_cannot_hold_are_refused(tmp_path):
    source = documents(tmp_path / "saved", FRAMES.astype("f4"))
    with pytest.raises(ConsumerError, match=r"CBF holds whole numbers below 2\*\*31"):
        export_frames(source, tmp_path / "new", FrameExport("cbf", frames_per_file=1))


def test_a_run_without_frames_says_so(tmp_path):
    start = [("start", {"uid": "abc", "scan_id": 4, "time": 1.0})]
    with pytest.raises(ConsumerError, match="scan 4 has no frames"):
        export_frames(start, tmp_path, FrameExport())
