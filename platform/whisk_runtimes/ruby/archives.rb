# Unpacks an archived action: zip from its central directory, or tar.gz.
#
# Loaded by launcher.rb only when the platform sends an archive instead of a directory.

require "fileutils"
require "stringio"
require "zlib"

module Whisk
  # Unpacks archives; nothing is ever written outside the directory.
  module Archives
    ENTRY_LIMIT = 100_000
    UNPACKED_LIMIT = 512 * 1024 * 1024
    REGULAR = 0o100000
    LINK = 0o120000

    Entry = Struct.new(:name, :size, :mode, :link, :content)

    module_function

    # Unpack a zip or tar.gz archive into an existing, empty directory.
    #
    # Raises ArgumentError with one sentence if it is broken, too large or names a place outside.
    def unpack(archive, directory)
      entries = entries_of(archive)
      links = []
      total = 0
      entries.each.with_index(1) do |entry, count|
        total += entry.size
        check_count(count)
        raise ArgumentError, "it unpacks to more than 512 MB" if total > UNPACKED_LIMIT

        place = inside(directory, entry.name)
        if entry.link
          links << [place, entry.link]
        elsif entry.content
          FileUtils.mkdir_p(File.dirname(place))
          File.binwrite(place, entry.content.call)
          File.chmod(entry.mode & 0o111 == 0 ? 0o644 : 0o755, place)
        else
          FileUtils.mkdir_p(place)
        end
      end
      # Links come last, so that no file is ever written through one.
      links.each { |place, target| make_link(place, target, File.realpath(directory)) }
    end

    def entries_of(archive)
      return zip_entries(archive) if archive.start_with?("PK".b)
      return tar_entries(inflate(archive)) if archive.start_with?("\x1f\x8b".b)

      raise ArgumentError, "it is neither a zip nor a tar.gz file"
    end

    def inside(directory, name)
      if name.start_with?("/") || name.split("/").include?("..") || name.include?("\0")
        raise ArgumentError, "the entry '#{name}' lies outside the archive"
      end

      File.join(directory, name)
    end

    def check_count(count)
      raise ArgumentError, "it has more than #{ENTRY_LIMIT} entries" if count > ENTRY_LIMIT
    end

    def make_link(place, target, root)
      return if target.start_with?("/") || File.symlink?(place) || File.exist?(place)

      FileUtils.mkdir_p(File.dirname(place))
      parent = File.realpath(File.dirname(place))
      goal = File.expand_path(target, parent)
      return unless "#{parent}/".start_with?("#{root}/") && "#{goal}/".start_with?("#{root}/")

      File.symlink(target, place)
    end

    # -- zip ---------------------------------------------------------------------------------

    def zip_entries(archive)
      offset, count = zip_directory(archive)
      check_count(count)
      Array.new(count) do
        signature, flags, method, crc, packed, size, name_size, extra, comment, attributes, local =
          part(archive, offset, 46).unpack("V x4 v v x4 V V V v v v x4 V V")
        raise ArgumentError, "the zip file's directory is broken" if signature != 0x02014b50

        name = part(archive, offset + 46, name_size).force_encoding(Encoding::UTF_8)
        raise ArgumentError, "the entry '#{name}' is encrypted" if flags & 1 == 1

        offset += 46 + name_size + extra + comment
        mode = attributes >> 16
        content = -> { zip_content(archive, name, method, crc, packed, size, local) }
        zip_entry(name, size, mode, content)
      end
    end

    def zip_entry(name, size, mode, content)
      return Entry.new(name, 0, mode, content.call, nil) if mode & 0o170000 == LINK

      Entry.new(name, size, mode, nil, name.end_with?("/") ? nil : content)
    end

    def zip_directory(archive)
      place = archive.rindex("PK\x05\x06".b)
      raise ArgumentError, "the zip file is cut short: it has no directory at its end" if
        place.nil? || place + 22 > archive.bytesize

      count, offset = part(archive, place, 22).unpack("x10 v x4 V")
      large = count == 0xffff || offset == 0xffffffff
      if large && place >= 20 && archive.byteslice(place - 20, 4) == "PK\x06\x07".b
        start = part(archive, place - 12, 8).unpack1("Q<")
        count, offset = part(archive, start, 56).unpack("x32 Q< x8 Q<")
      end
      [offset, count]
    end

    def zip_content(archive, name, method, crc, packed, size, local)
      name_size, extra = part(archive, local, 30).unpack("x26 v v")
      raw = part(archive, local + 30 + name_size + extra, packed)
      bytes =
        case method
        when 0 then raw
        when 8 then Zlib::Inflate.new(-Zlib::MAX_WBITS).inflate(raw)
        else raise ArgumentError,
                   "the entry '#{name}' uses compression method #{method}; use deflate"
        end
      return bytes if bytes.bytesize == size && Zlib.crc32(bytes) == crc

      raise ArgumentError, "the entry '#{name}' is damaged"
    rescue Zlib::Error
      raise ArgumentError, "the entry '#{name}' is damaged"
    end

    def part(archive, offset, size)
      bytes = archive.byteslice(offset, size)
      raise ArgumentError, "the zip file is broken" if bytes.nil? || bytes.bytesize < size

      bytes
    end

    # -- tar ---------------------------------------------------------------------------------

    def inflate(archive)
      out = String.new(encoding: Encoding::BINARY)
      stream = Zlib::GzipReader.new(StringIO.new(archive))
      while (piece = stream.read(1 << 20))
        out << piece
        raise ArgumentError, "it unpacks to more than 512 MB" if out.bytesize > UNPACKED_LIMIT
      end
      stream.close # checks the sum at the end
      out
    rescue Zlib::Error => e
      raise ArgumentError, "the tar.gz file is broken (#{e.message})"
    end

    def tar_entries(archive)
      entries = []
      long = {}
      at = 0
      while at + 512 <= archive.bytesize && archive.getbyte(at) != 0
        name, mode, size, type, link, magic, prefix = header(archive, at)
        content = archive.byteslice(at + 512, size)
        raise ArgumentError, "the tar file is broken" if content.nil? || content.bytesize != size

        at += 512 + (size + 511) / 512 * 512
        if %w[x L K].include?(type)
          long.merge!(long_names(type, content))
          next
        end
        name = "#{prefix}/#{name}" if magic == "ustar" && !prefix.empty?
        entry = tar_entry(long["path"] || name, long["linkpath"] || link, type, mode, content)
        entries << entry if entry
        long = {}
      end
      entries
    end

    def header(archive, at)
      fields = archive.byteslice(at, 512).unpack("Z100 Z8 x16 Z12 x20 a1 Z100 Z5 x83 Z155")
      name, mode, size, type, link, magic, prefix = fields
      [text(name), mode.strip.to_i(8), size.strip.to_i(8), type, text(link), magic, text(prefix)]
    end

    def tar_entry(name, link, type, mode, content)
      case type
      when "0", "\0", "7" then Entry.new(name, content.bytesize, mode, nil, -> { content })
      when "5" then Entry.new(name, 0, mode, nil, nil)
      when "2" then Entry.new(name, 0, mode, link, nil)
      when "1"
        depth = name.count("/")
        Entry.new(name, 0, mode, "../" * depth + link, nil)
      end
    end

    def long_names(type, content)
      return { (type == "L" ? "path" : "linkpath") => text(content.delete_suffix("\0")) } if
        type != "x"

      members = {}
      until content.empty?
        length = content.to_i
        break unless length.positive?

        name, value = content.byteslice(0, length).split(" ", 2)[1].chomp("\n").split("=", 2)
        members[name] = text(value)
        content = content.byteslice(length..) || ""
      end
      members
    end

    def text(bytes)
      bytes.dup.force_encoding(Encoding::UTF_8)
    end
  end
end
