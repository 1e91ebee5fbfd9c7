package whisk;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/**
 * Runs one Java action and speaks the frames of PROTOCOL.md with the platform.
 *
 * <p>Source: contracts rest-api §8.1, §8.2, §8.5; apache/openwhisk-runtime-java for what an action
 * sees.
 */
public final class Launcher {
    private static final int FRAME_LIMIT = 64 << 20;
    private static final int OUTPUT_CHUNK = 1 << 20;
    private static final String MISSING_CODE = "Missing main/no code to execute.";
    private static final String SECOND_INIT = "Cannot initialize the action more than once.";
    private static final String NO_ACTION = "no action defined yet";
    private static final String CANNOT_START = "Cannot start action. Check logs for details.";
    private static final String NOT_A_DICTIONARY =
            "The action did not return a dictionary or array.";
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private final FileOutputStream channel;
    private final PrintStream stdout;
    private final PrintStream stderr;
    private Map<String, String> environment;
    private Method action;
    private boolean takesArray;
    private final String temporary;

    private Launcher(FileOutputStream channel) throws Exception {
        this.channel = channel;
        stdout = new PrintStream(new Frames('O'), true, "UTF-8");
        stderr = new PrintStream(new Frames('E'), true, "UTF-8");
        System.setOut(stdout);
        System.setErr(stderr);
        environment = writableEnvironment();
        // The language does not look at the variable by itself.
        temporary = environment.getOrDefault("TMPDIR", System.getProperty("java.io.tmpdir"));
        System.setProperty("java.io.tmpdir", temporary);
    }

    /** An answer other than the action's own result. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        final int status;

        Refusal(int status, String text) {
            super(text);
            this.status = status;
        }
    }

    /** A stream of the action: every write is a frame at once. */
    private final class Frames extends OutputStream {
        private final char kind;

        Frames(char kind) {
            this.kind = kind;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] data, int start, int length) throws IOException {
            for (int done = 0; done < length; done += OUTPUT_CHUNK) {
                send(kind, data, start + done, Math.min(OUTPUT_CHUNK, length - done));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        String number = System.getenv().getOrDefault("__OW_CHANNEL", "3");
        FileDescriptor descriptor = descriptor(Integer.parseInt(number));
        Launcher launcher = new Launcher(new FileOutputStream(descriptor));
        DataInputStream frames =
                new DataInputStream(
                        new BufferedInputStream(new FileInputStream(descriptor), 64 << 10));
        launcher.prewarm();
        launcher.loop(frames);
    }

    private static FileDescriptor descriptor(int number) throws Exception {
        FileDescriptor descriptor = new FileDescriptor();
        Field field = FileDescriptor.class.getDeclaredField("fd");
        field.setAccessible(true);
        field.setInt(descriptor, number);
        return descriptor;
    }

    private void prewarm() {
        GSON.toJson(JsonParser.parseString("{\"value\":{\"name\":\"warm\",\"number\":1.5}}"));
    }

    private void loop(DataInputStream frames) throws IOException {
        send('K', new byte[0], 0, 0);
        while (true) {
            int kind;
            byte[] payload;
            try {
                kind = frames.readUnsignedByte();
                int length = frames.readInt();
                if (length < 0 || length > FRAME_LIMIT) {
                    Runtime.getRuntime().halt(1);
                }
                payload = new byte[length];
                frames.readFully(payload);
            } catch (EOFException error) {
                Runtime.getRuntime().halt(0);
                return;
            }
            if (kind != 'I' && kind != 'R') {
                Runtime.getRuntime().halt(1);
            }
            answer(kind, payload);
        }
    }

    private void answer(int kind, byte[] payload) throws IOException {
        int status = 200;
        byte[] body;
        try {
            body = kind == 'I' ? init(payload) : run(payload);
        } catch (Refusal refusal) {
            status = refusal.status;
            body = failure(refusal.getMessage());
        }
        if (body.length > FRAME_LIMIT - 3) {
            status = 200;
            body =
                    failure(
                            "The action produced a response that exceeded the allowed length: "
                                    + body.length + " > " + (FRAME_LIMIT - 3) + " bytes.");
        }
        System.out.flush();
        System.err.flush();
        byte[] whole = new byte[3 + body.length];
        System.arraycopy(Integer.toString(status).getBytes(StandardCharsets.US_ASCII), 0, whole, 0, 3);
        System.arraycopy(body, 0, whole, 3, body.length);
        send('A', whole, 0, whole.length);
    }

    private byte[] init(byte[] payload) throws Refusal {
        if (action != null) {
            throw new Refusal(403, SECOND_INIT);
        }
        JsonElement value = parse(payload).get("value");
        if (value == null || !value.isJsonObject()) {
            throw new Refusal(403, MISSING_CODE);
        }
        JsonObject members = value.getAsJsonObject();
        String code = text(members, "code");
        String main = text(members, "main");
        if (code.isBlank()) {
            throw new Refusal(403, MISSING_CODE);
        }
        JsonElement variables = members.get("env");
        if (variables != null && variables.isJsonObject()) {
            for (Map.Entry<String, JsonElement> one : variables.getAsJsonObject().entrySet()) {
                export(one.getKey(), one.getValue());
            }
        }
        try {
            Path jar = Files.createTempFile(Path.of(temporary), "action", ".jar");
            Files.write(jar, Base64.getMimeDecoder().decode(code));
            URLClassLoader loader =
                    new URLClassLoader(
                            new URL[] {jar.toUri().toURL()}, Launcher.class.getClassLoader());
            Thread.currentThread().setContextClassLoader(loader);
            action = find(loader, main);
        } catch (Exception | LinkageError error) {
            explain(error);
            throw new Refusal(502, CANNOT_START);
        }
        return "{\"ok\":true}".getBytes(StandardCharsets.UTF_8);
    }

    private Method find(ClassLoader loader, String main) throws Exception {
        int hash = main.indexOf('#');
        String className = hash < 0 ? main : main.substring(0, hash);
        String methodName = hash < 0 ? "main" : main.substring(hash + 1);
        Class<?> owner = Class.forName(className, true, loader);
        for (Class<?> type : new Class<?>[] {JsonObject.class, JsonArray.class, JsonElement.class}) {
            try {
                Method found = owner.getMethod(methodName, type);
                if (!java.lang.reflect.Modifier.isStatic(found.getModifiers())) {
                    throw new NoSuchMethodException(
                            "The method '" + methodName + "' of " + className + " is not static.");
                }
                found.setAccessible(true);
                takesArray = type == JsonArray.class;
                return found;
            } catch (NoSuchMethodException error) {
                if (error.getMessage() != null && error.getMessage().endsWith("not static.")) {
                    throw error;
                }
            }
        }
        throw new NoSuchMethodException(
                "The class " + className + " has no method 'public static JsonObject " + methodName
                        + "(JsonObject)': add it, or name another one when the action is created"
                        + " (--main Class#method).");
    }

    private byte[] run(byte[] payload) throws Refusal {
        if (action == null) {
            throw new Refusal(500, NO_ACTION);
        }
        JsonObject request = parse(payload);
        JsonElement arguments = request.get("value");
        for (Map.Entry<String, JsonElement> one : request.entrySet()) {
            if (!one.getKey().equals("value") && one.getValue().isJsonPrimitive()) {
                export("__OW_" + one.getKey().toUpperCase(java.util.Locale.ROOT), one.getValue());
            }
        }
        if (arguments == null || arguments.isJsonNull()) {
            arguments = new JsonObject();
        }
        boolean fits =
                action.getParameterTypes()[0] == JsonElement.class
                        || arguments.isJsonArray() == takesArray;
        if (!fits) {
            String wanted = takesArray ? "an array" : "an object";
            return failure("The action takes " + wanted + ", but its arguments are none.");
        }
        try {
            Object result = action.invoke(null, arguments);
            if (result instanceof JsonObject || result instanceof JsonArray) {
                return encode(GSON.toJson((JsonElement) result));
            }
            String kind = result == null ? "null" : result.getClass().getName();
            stderr.println("The action returned " + kind + ", not a dictionary.");
        } catch (InvocationTargetException error) {
            Throwable cause = error.getCause();
            if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
                explain(cause);
                Runtime.getRuntime().halt(1);
            }
            explain(cause);
            return failure(cause.toString());
        } catch (Exception | StackOverflowError error) {
            explain(error);
        }
        throw new Refusal(502, NOT_A_DICTIONARY);
    }

    private JsonObject parse(byte[] payload) throws Refusal {
        try {
            return JsonParser.parseString(new String(payload, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (RuntimeException | StackOverflowError error) {
            String text = "The arguments cannot be read in Java: " + error.getMessage();
            stderr.println(text);
            throw new Refusal(502, text);
        }
    }

    private void explain(Throwable error) {
        // Our own frames say nothing to a developer.
        StackTraceElement[] trace = error.getStackTrace();
        int own = trace.length;
        while (own > 0) {
            String name = trace[own - 1].getClassName();
            boolean inner =
                    name.startsWith("whisk.")
                            || name.startsWith("java.lang.reflect.")
                            || name.startsWith("jdk.internal.");
            if (!inner) {
                break;
            }
            own--;
        }
        error.setStackTrace(java.util.Arrays.copyOf(trace, own));
        error.printStackTrace(stderr);
    }

    private void export(String name, JsonElement value) {
        if (value.isJsonPrimitive()) {
            environment.put(name, value.getAsString());
        }
    }

    /** The map behind System.getenv(), which child processes get too. */
    @SuppressWarnings("unchecked")
    private static Map<String, String> writableEnvironment() {
        try {
            Map<String, String> shown = System.getenv();
            Field inner = shown.getClass().getDeclaredField("m");
            inner.setAccessible(true);
            Map<String, String> own = (Map<String, String>) inner.get(shown);
            own.remove("__OW_CHANNEL");
            return own;
        } catch (ReflectiveOperationException | RuntimeException error) {
            throw new IllegalStateException("The environment cannot be changed.", error);
        }
    }

    private static String text(JsonObject members, String name) {
        JsonElement value = members.get(name);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }

    private static byte[] failure(String text) {
        JsonObject body = new JsonObject();
        body.addProperty("error", text);
        return encode(GSON.toJson(body));
    }

    /** UTF-8, in which a lone surrogate survives as an escape. */
    private static byte[] encode(String text) {
        StringBuilder kept = null;
        for (int index = 0; index < text.length(); index++) {
            char one = text.charAt(index);
            boolean pair =
                    Character.isHighSurrogate(one)
                            && index + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(index + 1));
            if (pair) {
                if (kept != null) {
                    kept.append(one).append(text.charAt(index + 1));
                }
                index++;
            } else if (Character.isSurrogate(one)) {
                if (kept == null) {
                    kept = new StringBuilder(text.substring(0, index));
                }
                kept.append(String.format("\\u%04x", (int) one));
            } else if (kept != null) {
                kept.append(one);
            }
        }
        return (kept == null ? text : kept.toString()).getBytes(StandardCharsets.UTF_8);
    }

    private synchronized void send(char kind, byte[] data, int start, int length)
            throws IOException {
        byte[] frame = new byte[5 + length];
        frame[0] = (byte) kind;
        frame[1] = (byte) (length >>> 24);
        frame[2] = (byte) (length >>> 16);
        frame[3] = (byte) (length >>> 8);
        frame[4] = (byte) length;
        System.arraycopy(data, start, frame, 5, length);
        try {
            channel.write(frame);
        } catch (IOException error) {
            Runtime.getRuntime().halt(0);
        }
    }
}
