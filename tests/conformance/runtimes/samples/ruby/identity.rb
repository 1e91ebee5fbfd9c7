def main(args) = args
