#include "monitor/source/trace_source.h"

#include <cerrno>
#include <cstring>

namespace dwell::monitor {

namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;

bool blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

TraceSource::TraceSource(std::string path, std::FILE* file)
    : path_(std::move(path)), file_(file), buffer_(kChunk + simdjson::SIMDJSON_PADDING) {}

Expected<TraceSource> TraceSource::open(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr)
    return failure(std::string("cannot be opened: ") + std::strerror(errno), path,
                   "a trace of dwellctl record");
  TraceSource source(path, file);
  const auto line = source.nextLine();
  if (!line) return tl::unexpected<Error>(line.error());
  if (!*line) {
    return failure("is empty", path,
                   R"(a header line like {"trace":1,"wall_start":"2026-11-21T10:00:00.000Z"})");
  }
  auto header = source.parser_.header(**line);
  if (!header) return tl::unexpected<Error>(source.located(std::move(header.error())));
  source.header_ = *header;
  return source;
}

schemas::Decoded<schemas::Event> TraceSource::next() {
  while (!ended_) {
    const auto line = nextLine();
    if (!line || !*line) ended_ = true;
    if (!line) return tl::unexpected<Error>(line.error());
    if (!*line) break;
    auto event = parser_.paddedEvent(**line);
    if (!event) {
      ended_ = true;
      return tl::unexpected<Error>(located(std::move(event.error())));
    }
    if (parser_.time() < last_) {
      ended_ = true;
      return tl::unexpected<Error>(
          located({"earlier than the event before", "/t", "at least " + std::to_string(toMs(last_))}));
    }
    last_ = parser_.time();
    if (!*event) {
      ++unknownTypes_;
      continue;
    }
    ended_ = std::holds_alternative<schemas::End>((*event)->body);
    return event;
  }
  return std::nullopt;
}

Expected<std::optional<std::string_view>> TraceSource::nextLine() {
  auto line = nextRawLine();
  while (line && *line && blank(**line)) line = nextRawLine();
  return line;
}

Expected<std::optional<std::string_view>> TraceSource::nextRawLine() {
  std::size_t searched = begin_;
  for (;;) {
    const char* const from = buffer_.data() + searched;
    if (const void* newline = std::memchr(from, '\n', end_ - searched)) {
      const auto stop = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data());
      const std::string_view line(buffer_.data() + begin_, stop - begin_);
      begin_ = stop + 1;
      ++line_;
      return line;
    }
    if (fileEnded_) {
      if (begin_ == end_) return std::nullopt;
      const std::string_view line(buffer_.data() + begin_, end_ - begin_);
      begin_ = end_;
      ++line_;
      return line;
    }
    // What there is of the line goes to the front, and more behind it.
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    searched = end_;
    const std::size_t room = buffer_.size() - simdjson::SIMDJSON_PADDING;
    if (end_ == room) {
      if (room >= kMaxLine) {
        ++line_;
        return tl::unexpected<Error>(
            located({"line too long", "", "at most " + std::to_string(kMaxLine) + " bytes"}));
      }
      buffer_.resize(room * 2 + simdjson::SIMDJSON_PADDING);
    }
    const std::size_t space = buffer_.size() - simdjson::SIMDJSON_PADDING - end_;
    const std::size_t read = std::fread(buffer_.data() + end_, 1, space, file_.get());
    if (read < space && std::ferror(file_.get()) != 0) {
      return tl::unexpected<Error>(Error{std::string("cannot be read: ") + std::strerror(errno), path_, ""});
    }
    end_ += read;
    fileEnded_ = read < space;
  }
}

Error TraceSource::located(Error error) const {
  return schemas::locatedAt(path_ + " line " + std::to_string(line_), std::move(error));
}

}  // namespace dwell::monitor
