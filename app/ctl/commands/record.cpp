#include <fcntl.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "app/control/client.h"
#include "app/ctl/commands/commands.h"
#include "app/ctl/text_table.h"
#include "base/clock.h"

namespace dwell::app {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// For its owner only: a trace says where somebody was.
Expected<File> createTrace(const RecordOptions& options) {
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (options.force ? O_TRUNC : O_EXCL);
  const int fd = ::open(options.trace.c_str(), flags, 0600);
  if (fd < 0) {
    const bool exists = errno == EEXIST;
    return failure(std::string("can't be created: ") + std::strerror(errno), options.trace.string(),
                   exists ? "another name, or --force to write over it" : "a folder that can be written");
  }
  ::fchmod(fd, 0600);
  return File(::fdopen(fd, "w"));
}

/// Readable after Ctrl-C, a SIGTERM or so many minutes.
class StopSignal {
 public:
  explicit StopSignal(std::optional<std::int64_t> minutes) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGALRM}) sigaddset(&signals, number);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    fd_ = signalfd(-1, &signals, SFD_CLOEXEC);
    if (minutes) ::alarm(static_cast<unsigned>(*minutes * 60));
  }
  ~StopSignal() { ::close(fd_); }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

/// Whether a line is the trace's last. Within a text of the trace a quote is escaped.
bool isEnd(std::string_view line) { return line.find(R"("type":"end")") != std::string_view::npos; }

}  // namespace

ExitCode record(const Context& context, const RecordOptions& options) {
  const StopSignal stop(options.minutes);
  const bool shown = ::isatty(STDERR_FILENO) != 0 && !context.json;
  const MonoTime start = readBootTime();
  MonoTime lastShown = start;
  File file;
  std::optional<Error> trouble;
  std::int64_t lines = 0;
  bool ended = false;
  const auto take = [&](std::string_view line) {
    if (!file) {  // with the first line: an agent that refuses leaves no file, and none is written over
      auto created = createTrace(options);
      if (!created) {
        trouble = created.error();
        return false;
      }
      file = std::move(*created);
      if (shown) context.err << "Recording to " << options.trace.string() << "; Ctrl-C ends it\n";
    }
    if (std::fwrite(line.data(), 1, line.size(), file.get()) != line.size() ||
        std::fputc('\n', file.get()) == EOF || std::fflush(file.get()) != 0) {
      trouble = Error{std::string("can't be written: ") + std::strerror(errno), options.trace.string(),
                      "space on its disk; what was written before can be replayed"};
      return false;
    }
    ++lines;
    ended = isEnd(line);
    if (shown && readBootTime() - lastShown >= std::chrono::seconds(1)) {
      lastShown = readBootTime();
      context.err << '\r' << lines - 1 << " events in " << durationText(toMs(lastShown - start))
                  << std::flush;
    }
    return !ended;
  };
  const auto done = ControlClient(context.paths.controlSocket()).record(stop.fd(), take);
  if (shown) context.err << '\n';
  if (trouble) return context.fail(*trouble);
  if (!done) return context.fail(done.error());
  if (!ended) {
    return context.fail({"the agent went away before the trace's end", options.trace.string(),
                         "dwellctl status to tell why; what was written can be replayed"});
  }
  const std::int64_t events = lines - 1;  // without the header
  if (context.json) return context.print({{"trace", options.trace.string()}, {"events", events}});
  context.out << events << " events in " << options.trace.string() << '\n';
  return ExitCode::kOk;
}

}  // namespace dwell::app
