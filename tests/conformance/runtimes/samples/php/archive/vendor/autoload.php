<?php
namespace Greetings;

function greet(string $name): string { return "Good day, $name"; }
