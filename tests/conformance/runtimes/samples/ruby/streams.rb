def main(args)
  (0...args["n"]).step(2) do |n|
    puts n
    warn n + 1
  end
  {}
end
