function main(args) {
  for (let n = 0; n < args.n; n += 2) {
    console.log(n);
    console.error(n + 1);
  }
  return {};
}
