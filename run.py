"""The WSGI application (`run:app` for any WSGI server), and `python run.py`, which serves it."""

from app import create_app

app = create_app()

if __name__ == "__main__":
    from app.cli import main

    main(["serve"])
