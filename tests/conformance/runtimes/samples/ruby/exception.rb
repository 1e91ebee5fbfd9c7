def main(args)
  raise "out of cheese"
end
