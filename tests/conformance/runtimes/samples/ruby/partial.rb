def main(args)
  $stdout.write("no newline")
  {}
end
