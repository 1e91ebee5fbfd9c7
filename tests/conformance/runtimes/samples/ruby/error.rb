def main(args) = { error: { code: 7 }, kept: true }
