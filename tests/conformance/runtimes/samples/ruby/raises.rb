puts "before"
raise "no database"
