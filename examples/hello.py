"""Greet somebody.

    wsk action create hello hello.py
    wsk action invoke hello --result --param name Ada

What an action returns is its result; what it prints is its log:

    wsk activation logs --last
"""


def main(args):
    name = args.get("name", "stranger")
    print(f"greeting {name}")
    return {"greeting": f"Hello, {name}!"}
