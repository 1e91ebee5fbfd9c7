def main(args)
  $n = ($n || 0) + 1
  { n: $n }
end
