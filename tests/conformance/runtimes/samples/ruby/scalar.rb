def main(args) = "text"
