require "lib/polite"
def main(args) = { text: Polite.greet(File.read("data/name.txt", encoding: "UTF-8")) }
