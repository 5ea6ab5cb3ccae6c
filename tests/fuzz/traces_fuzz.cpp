// A trace file: what is accepted keeps the invariants of design section 5 in tracker and recorder, and gives
// the same however often the host looks.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "monitor/record/recorder.h"
#include "monitor/source/trace_source.h"
#include "monitor/tracker/tracker.h"
#include "schemas/visit_codec.h"
#include "tests/fuzz/invariants.h"
#include "tests/fuzz/require.h"
#include "tests/support/whole_trace.h"

using namespace dwell;
using fuzz::require;

namespace {

/// A file in memory with a path of its own, the same for all inputs.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("trace", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(fd_)) {}

  const std::string& holding(const std::uint8_t* data, std::size_t size) {
    require(ftruncate(fd_, 0) == 0 && pwrite(fd_, data, size, 0) == static_cast<ssize_t>(size),
            "memory is there");
    return path_;
  }

 private:
  int fd_;
  std::string path_;
};

/// Tracker and recorder as a replay has them.
class Run {
 public:
  explicit Run(const schemas::TraceHeader& header)
      : start_(header.wallStart),
        tracker_(settings(header), header.wallStart, header.utcOffset),
        recorder_(full(), HashKey{}, header.wallStart, header.utcOffset) {}

  void handle(const schemas::Event& event) {
    tracker_.handle(event);
    recorder_.handle(event);
  }

  void look(MonoTime now) {
    tracker_.advance(now);
    for (const schemas::Visit& visit : tracker_.openVisits()) fuzz::checkVisit(visit);
    collect(now, monitor::BatchEnd::kGoesOn);
  }

  tests::WholeTrace finish(MonoTime end) {
    tracker_.finish(end);
    collect(end, monitor::BatchEnd::kFinished);
    require(final_ == ended_, "every visit is final in the end");
    for (const auto& [cause, count] : tracker_.losses())
      require(count > 0, "a loss is counted once it is one");
    return results_.whole();
  }

 private:
  static monitor::TrackerSettings settings(const schemas::TraceHeader& header) {
    monitor::TrackerSettings settings;
    settings.hook = header.hook;
    return settings;
  }
  static Settings full() {
    Settings settings;
    settings.urlDetail = UrlDetail::kFull;
    settings.searchWords = SearchWords::kFull;
    return settings;
  }

  void collect(MonoTime now, monitor::BatchEnd end) {
    auto output = tracker_.take();
    for (const schemas::Visit& visit : output.ended) {
      require(final_.count(visit.id) == 0, "a final visit changes no more");
      ended_.insert(visit.id);
    }
    for (const std::int64_t id : output.finals)
      require(ended_.count(id) == 1 && final_.insert(id).second, "a visit becomes final once, after its end");
    results_.add(output);
    const auto batch =
        recorder_.batch(std::move(output), tracker_.openVisits(), start_ + now.time_since_epoch(), end);
    for (const auto& histogram : batch.histograms) {
      for (const auto& bucket : histogram.buckets)
        require(bucket.count > 0 && bucket.low < bucket.high, "counts are counts");
    }
    for (const auto& day : batch.coverage)
      require(day.attentionInScopeMs >= 0 && day.attentionOutOfScopeMs == 0, "coverage never goes back");
  }

  WallTime start_;
  monitor::Tracker tracker_;
  monitor::Recorder recorder_;
  tests::Results results_;
  std::set<std::int64_t> ended_, final_;
};

std::string textOf(const tests::WholeTrace& trace) { return tests::documentOf(trace).dump(); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MemoryFile file;
  auto source = monitor::TraceSource::open(file.holding(data, size));
  if (!source) return 0;
  Run atOnce(source->header());
  Run looking(source->header());
  MonoTime now;
  std::size_t events = 0;
  for (;;) {
    const auto event = source->next();
    if (!event) {
      require(event.error().message().size() < 500, "an error is a line");
      break;  // what was read until then has its outcome all the same
    }
    if (!*event) break;
    require((*event)->time >= now, "time goes on");
    const Millis step = (*event)->time - now;
    now = (*event)->time;
    if (++events % 8 == 0) looking.look(now - step / 2);
    atOnce.handle(**event);
    looking.handle(**event);
    if (events % 13 == 0) looking.look(now);
  }
  const MonoTime end = source->lastTime();
  const auto whole = atOnce.finish(end);
  fuzz::checkTrace(whole, end.time_since_epoch());
  require(textOf(whole) == textOf(looking.finish(end)), "it does not matter how often the host looks");
  return 0;
}
