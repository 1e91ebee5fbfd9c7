function main() {
  throw new Error("out of cheese");
}
