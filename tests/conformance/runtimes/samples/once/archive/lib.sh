greet() { printf "Good day, %s" "$1"; }
