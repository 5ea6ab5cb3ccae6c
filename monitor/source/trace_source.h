#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "schemas/event.h"
#include "schemas/event_codec.h"

namespace dwell::monitor {

/// Reads a trace file, line by line: memory does not grow with its length, only with its longest line.
/// Blank lines are skipped; what follows an `end` is not read.
/// Threads: any one. Errors: "trace.jsonl line 12, /count: …", for a file that cannot be read, a line that
/// breaks the schema or is longer than kMaxLine, and a `t` that decreases.
class TraceSource {
 public:
  /// The longest line: as the longest message of a browser.
  static constexpr std::size_t kMaxLine = std::size_t{64} << 20;

  /// Opens the file and reads its header line.
  static Expected<TraceSource> open(const std::string& path);

  const schemas::TraceHeader& header() const { return header_; }

  /// The next event of a known type; nothing at the end. After an error the source has ended.
  schemas::Decoded<schemas::Event> next();

  /// Lines of a type that is not known, so far.
  std::int64_t unknownTypes() const { return unknownTypes_; }
  /// The `t` of the last event, known or not: where a trace without `end` ends.
  MonoTime lastTime() const { return last_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  TraceSource(std::string path, std::FILE* file);
  /// The next line that is not blank; simdjson's padding can be read behind it. Nothing at the file's end.
  Expected<std::optional<std::string_view>> nextLine();
  Expected<std::optional<std::string_view>> nextRawLine();
  Error located(Error error) const;

  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::vector<char> buffer_;  ///< simdjson's padding behind the read bytes
  std::size_t begin_ = 0;     ///< of what has been read and not yet given
  std::size_t end_ = 0;
  std::int64_t line_ = 0;
  bool fileEnded_ = false;
  bool ended_ = false;
  schemas::EventParser parser_;
  schemas::TraceHeader header_;
  MonoTime last_;
  std::int64_t unknownTypes_ = 0;
};

}  // namespace dwell::monitor
