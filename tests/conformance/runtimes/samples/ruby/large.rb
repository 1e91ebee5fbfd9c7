def main(args) = { text: "ä" * args["n"] }
