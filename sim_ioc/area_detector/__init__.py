"""An area detector as areaDetector serves it: a camera, plugins behind it, and files of frames."""
