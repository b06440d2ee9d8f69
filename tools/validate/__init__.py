"""Have the files that we write judged by other people's programs.

They live in a virtual environment of their own, since what they need does not go together with
what we need. Their exit status says nothing, so that their text is judged; a file of which nothing
was said is invalid. Run: python -m tools.validate FOLDER
"""
