module Polite
  def self.greet(name) = "Good day, #{name}"
end
