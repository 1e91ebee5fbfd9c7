function main({ n }) {
  return { text: "ä".repeat(n) };
}
