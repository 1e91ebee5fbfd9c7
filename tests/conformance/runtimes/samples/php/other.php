<?php
function hello(array $args): array { return ["called" => "hello"]; }
