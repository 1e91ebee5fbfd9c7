// Greet somebody.
//
//	wsk action create hello-go hello.go
//	wsk action invoke hello-go --result --param name Ada
package main

import "fmt"

// Main greets somebody.
func Main(args map[string]any) map[string]any {
	name, ok := args["name"].(string)
	if !ok {
		name = "stranger"
	}
	fmt.Println("greeting", name)
	return map[string]any{"greeting": "Hello, " + name + "!"}
}
