def main(args)
  puts "bye"
  exit(3)
end
