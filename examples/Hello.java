import com.google.gson.JsonObject;

/**
 * Greet somebody.
 *
 *     javac -cp /usr/share/java/gson.jar -d classes Hello.java
 *     jar --create --file hello.jar -C classes .
 *     wsk action create hello-java hello.jar --main Hello
 *     wsk action invoke hello-java --result --param name Ada
 *
 * The source alone works too: wsk action create hello-java Hello.java --kind java:default --main Hello
 */
public class Hello {
    public static JsonObject main(JsonObject args) {
        String name = args.has("name") ? args.get("name").getAsString() : "stranger";
        System.out.println("greeting " + name);
        JsonObject result = new JsonObject();
        result.addProperty("greeting", "Hello, " + name + "!");
        return result;
    }
}
