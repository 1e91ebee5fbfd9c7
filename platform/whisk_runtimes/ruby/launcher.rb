# Runs one Ruby action and speaks the frames of PROTOCOL.md with the platform.
#
# Started as `ruby --disable=gems launcher.rb`; the channel's descriptor is in __OW_CHANNEL
# (default 3). Needs archives.rb beside it only for archives that the platform has not unpacked.
#
# Source: contracts rest-api §8.1, §8.2, §8.5.

require "fcntl"
require "json"
require "stringio"
require "tmpdir"

module Whisk
  OWN_FOLDER = __dir__
  FRAME_LIMIT = 64 * 1024 * 1024
  OUTPUT_CHUNK = 1024 * 1024
  DEEPEST = 5000
  LARGEST_FLOAT = Float::MAX

  MISSING_CODE = "Missing main/no code to execute."
  SECOND_INIT = "Cannot initialize the action more than once."
  NO_ACTION = "no action defined yet"
  NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
  CANNOT_START = "Cannot start action. Check logs for details."
  NOT_A_DICTIONARY = "The action did not return a dictionary or array."
  COMMAND_EXITED = "command exited"
  LONE_SURROGATE =
    /\\u[dD][89abAB]\h\h(?!\\u[dD][c-fC-F]\h\h)|(?<!\\u[dD][89abAB]\h\h)\\u[dD][c-fC-F]\h\h/

  # An answer other than the action's own result.
  class Refusal < StandardError
    attr_reader :status

    def initialize(status, text)
      super(text)
      @status = status
    end
  end

  # The action's code has no method of the given name.
  class MissingMethod < StandardError; end

  # The launcher's end of the frame stream, on a private close-on-exec descriptor.
  class Channel
    def initialize(descriptor)
      given = IO.for_fd(descriptor, autoclose: false)
      # Away from 3: actions written for other launchers may still write there.
      @io = IO.for_fd(given.fcntl(Fcntl::F_DUPFD, 16), "r+b")
      @io.close_on_exec = true
      IO.for_fd(descriptor).close
      @io.sync = true
      @lock = Mutex.new
    end

    # Send one frame whole; in a process that the action forked, output goes to the pipes.
    def send_frame(kind, payload)
      return leftover(kind, payload) if @io.nil?

      frame = [kind, payload.bytesize].pack("aN") << payload.b
      begin
        @lock.synchronize { @io.write(frame) }
      rescue ThreadError # inside a signal's handler nobody can wait
        @io.write(frame)
      end
    rescue Errno::EPIPE, Errno::ECONNRESET
      Process.exit!(0)
    end

    # Wait for the next frame; the process ends when the platform's end is closed.
    def receive
      header = @io.read(5)
      Process.exit!(0) if header.nil? || header.bytesize < 5
      kind, length = header.unpack("aN")
      Process.exit!(1) if length > FRAME_LIMIT || !%w[I R].include?(kind)
      payload = @io.read(length) || ""
      Process.exit!(0) if payload.bytesize < length
      [kind, payload]
    rescue Errno::ECONNRESET
      Process.exit!(0)
    end

    # Give the channel up in a process that the action forked.
    def leave
      io, @io = @io, nil
      @lock = Mutex.new
      io&.close
    end

    def left?
      @io.nil?
    end

    private

    def leftover(kind, payload)
      (kind == "O" ? Whisk::OUTPUT : Whisk::ERRORS).syswrite(payload)
    end
  end

  OUTPUT = STDOUT
  ERRORS = STDERR

  # `$stdout` or `$stderr`: every write is a frame before it returns.
  class FrameStream < StringIO
    def initialize(channel, kind, inner)
      super(String.new)
      @channel = channel
      @kind = kind
      @inner = inner
    end

    def write(*parts)
      bytes = parts.map { |part| part.to_s.b }.join
      at = 0
      while at < bytes.bytesize
        @channel.send_frame(@kind, bytes.byteslice(at, OUTPUT_CHUNK))
        at += OUTPUT_CHUNK
      end
      bytes.bytesize
    end

    alias syswrite write
    alias write_nonblock write

    # What a child process gets when the stream is handed to it: a pipe to the platform.
    def to_io = @inner
    def fileno = @inner.fileno
    def sync = true
    def sync=(value); end
    def fsync = 0
    def close = nil
    def close_write = nil
    def closed? = false
    def isatty = false
    alias tty? isatty
  end

  # Puts streams of ours in the place of the process's.
  class Streams
    def initialize(channel)
      @channel = channel
      @out = FrameStream.new(channel, "O", OUTPUT)
      @err = FrameStream.new(channel, "E", ERRORS)
      Object.send(:remove_const, :STDOUT)
      Object.send(:remove_const, :STDERR)
      Object.const_set(:STDOUT, @out)
      Object.const_set(:STDERR, @err)
      $stdout = @out
      $stderr = @err
    end

    # Send what a stream that the action put in place holds back.
    def flush
      [[$stdout, @out], [$stderr, @err]].each do |current, own|
        current.flush unless current.equal?(own)
      rescue StandardError => e
        explain("The action's own output stream cannot be flushed: #{e.message}")
      end
    end

    # Write a line for the developer to the action's standard error.
    def explain(text)
      @err.write("#{text}\n")
    end
  end

  # In a process that the action forked, the channel belongs to the parent.
  module Forking
    class << self
      attr_accessor :channel
    end

    def _fork
      pid = super
      Forking.channel.leave if pid.zero?
      pid
    end
  end

  # RubyGems is loaded when something asks for it: starting with it takes three times as long.
  module LateGems
    def self.load
      return false if defined?(@loaded)

      @loaded = true
      Kernel.require("rubygems")
      true
    end
  end

  # One action's life: a single init, then any number of runs.
  class Launcher
    def initialize(channel)
      @channel = channel
      @streams = Streams.new(channel)
      @call = nil
      @exported = []
    end

    # Answer requests until the platform goes away.
    def loop
      @channel.send_frame("K", "")
      Kernel.loop do
        kind, payload = @channel.receive
        answer(kind, payload)
      rescue Exception => e # a signal's handler of the action fired between runs
        trace(e)
      end
    end

    private

    def answer(kind, payload)
      status = 200
      begin
        body = kind == "I" ? init(payload) : run(payload)
      rescue Refusal => e
        status = e.status
        body = JSON.generate("error" => e.message)
      rescue Exception => e # every request gets an answer
        trace(e)
        status = 502
        body = JSON.generate("error" => describe(e))
      end
      if @channel.left? # the action forked, and its child came back here
        @streams.flush
        Process.exit!(0)
      end
      if body.bytesize > FRAME_LIMIT - 3
        length = "#{body.bytesize} > #{FRAME_LIMIT - 3} bytes."
        text = "The action produced a response that exceeded the allowed length: #{length}"
        status = 200
        body = JSON.generate("error" => text)
      end
      @streams.flush
      @channel.send_frame("A", status.to_s << body)
    end

    def init(payload)
      raise Refusal.new(403, SECOND_INIT) if @call

      value = read(payload)["value"]
      code = value.is_a?(Hash) ? value["code"] : nil
      path = value.is_a?(Hash) ? value["path"] : nil
      empty = !code.is_a?(String) || code.strip.empty?
      raise Refusal.new(403, MISSING_CODE) if empty && !path

      export_init(value["env"])
      name = (value["name"] || "action").to_s
      main = value["main"].to_s.empty? ? "main" : value["main"].to_s
      $PROGRAM_NAME = name
      if path || value["binary"]
        load_archive(path || unpack(code), main)
      else
        @call = guarded do
          eval(code, TOPLEVEL_BINDING.dup, "#{name}.rb", 1)
          find(main)
        end
      end
      '{"ok":true}'
    end

    def unpack(code)
      require File.join(OWN_FOLDER, "archives.rb")
      directory = Dir.mktmpdir("action-")
      Archives.unpack(code.unpack1("m"), directory)
      directory
    rescue StandardError => e
      raise Refusal.new(502, "The action's archive cannot be unpacked: #{e.message.chomp('.')}.")
    end

    def load_archive(directory, main)
      entry = File.join(directory, "main.rb")
      unless File.file?(entry)
        @streams.explain("The archive has no main.rb at its root.")
        raise Refusal.new(502, NO_BINARY)
      end
      Dir.chdir(directory)
      @call = guarded do
        $LOAD_PATH.unshift(directory)
        use_bundle(directory)
        load(entry)
        find(main)
      end
    end

    # Gems that `bundle install --standalone` or `--path vendor/bundle` put into the archive.
    def use_bundle(directory)
      setup = Dir[File.join(directory, "{bundle,vendor/bundle}/bundler/setup.rb")].first
      return require(setup) if setup

      Dir[File.join(directory, "vendor/bundle/ruby/*/gems/*/lib")].sort.each do |folder|
        $LOAD_PATH.push(folder)
      end
    end

    def guarded
      yield
    rescue MissingMethod => e
      @streams.explain(e.message)
      raise Refusal.new(502, CANNOT_START)
    rescue Exception => e # whatever the action's own code raises at load
      trace(e)
      raise Refusal.new(502, CANNOT_START)
    end

    # The method to call: of the top level, or of a module (`Greeter.hello`, `App::Greeter.hello`).
    def find(main)
      place, dot, name = main.rpartition(".")
      receiver = TOPLEVEL_BINDING.receiver
      if dot == "."
        known = place.match?(/\A[A-Z]\w*(::[A-Z]\w*)*\z/) && Object.const_defined?(place)
        receiver = known ? Object.const_get(place) : nil
      end
      return receiver.method(name) if receiver&.respond_to?(name, true)

      raise MissingMethod,
            "The action has no method '#{main}': define `def #{main}(args)`, " \
            "or name the method to call when the action is created (--main)."
    end

    def run(payload)
      raise Refusal.new(500, NO_ACTION) unless @call

      request = read(payload)
      arguments = request.delete("value")
      export_run(request)
      begin
        result = @call.arity.zero? ? @call.call : @call.call(arguments.nil? ? {} : arguments)
      rescue SystemExit => e
        @streams.explain("The action called exit (#{e.status}): return a hash instead.")
        raise Refusal.new(400, COMMAND_EXITED)
      rescue Exception => e # the action's own failure is its result
        trace(e)
        return JSON.generate("error" => describe(e))
      end
      serialize(result)
    end

    def serialize(result)
      if result.is_a?(Hash) || result.is_a?(Array) || result.respond_to?(:to_h)
        result = result.to_h unless result.is_a?(Hash) || result.is_a?(Array) || result.nil?
        return JSON.generate(result, max_nesting: DEEPEST) unless result.nil?
      end
      @streams.explain("The action returned #{result.class}, not a hash.")
      raise Refusal.new(502, NOT_A_DICTIONARY)
    rescue JSON::JSONError, SystemStackError, NoMethodError, ArgumentError, TypeError,
           EncodingError => e
      @streams.explain("The action's result is not JSON: #{describe(e)}")
      raise Refusal.new(502, NOT_A_DICTIONARY)
    end

    def read(payload)
      text = payload.force_encoding(Encoding::UTF_8)
      text = text.scrub unless text.valid_encoding?
      # Ruby's text cannot hold half of a surrogate pair.
      text = text.gsub(LONE_SURROGATE, '\ufffd') if text.include?('\ud') || text.include?('\uD')
      request = JSON.parse(text, max_nesting: DEEPEST)
      raise Refusal.new(502, "The request to the action is not a JSON object.") unless
        request.is_a?(Hash)

      request
    rescue JSON::ParserError, SystemStackError => e
      raise Refusal.new(502, "The request to the action cannot be read: #{describe(e)[0, 200]}")
    end

    def export_init(environment)
      return unless environment.is_a?(Hash)

      environment.each { |name, value| set(name, value) }
    end

    def export_run(members)
      names = members.keys.map { |name| "__OW_#{name.upcase}" }
      (@exported - names).each { |name| ENV.delete(name) }
      members.each { |name, value| set("__OW_#{name.upcase}", value) }
      @exported = names
    end

    def set(name, value)
      ENV[name] = value.is_a?(String) ? value : JSON.generate(value)
    rescue ArgumentError, SystemCallError, EncodingError => e
      @streams.explain("The environment variable #{name.inspect} cannot be set: #{e.message}")
    end

    def describe(error)
      text = error.message.to_s
      text = error.class.name.to_s if text.empty?
      text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).scrub
    rescue StandardError
      error.class.name.to_s
    end

    # The error and the action's own frames, without ours.
    def trace(error)
      lines = (error.backtrace || []).reject { |line| line.start_with?(OWN_FOLDER) }
      head = "#{lines.first}: #{describe(error)} (#{error.class})"
      head = "#{describe(error)} (#{error.class})" if lines.empty?
      rest = lines.drop(1).map { |line| "\tfrom #{line}" }
      @streams.explain([head, *rest].join("\n"))
    end
  end

  # Take the channel, get everything ready that the first request would wait for, and serve.
  def self.main
    channel = Channel.new(Integer(ENV.delete("__OW_CHANNEL") || "3"))
    $stdin.reopen(File::NULL)
    Forking.channel = channel
    Process.singleton_class.prepend(Forking)
    JSON.generate(JSON.parse('{"name":"stem cell"}'))
    eval("def self.rehearsal(args) = { greeting: args }", TOPLEVEL_BINDING.dup)
    TOPLEVEL_BINDING.receiver.singleton_class.send(:remove_method, :rehearsal)
    $PROGRAM_NAME = "action"
    Launcher.new(channel).loop
  end
end

module Kernel
  alias whisk_require require

  # Find a gem's file too, although RubyGems is not loaded before it is needed.
  def require(path)
    whisk_require(path)
  rescue LoadError => e
    raise unless e.path == path && Whisk::LateGems.load

    require(path)
  end
  private :require
end
Object.autoload(:Gem, "rubygems")

Whisk.main
