// How fast `dwellctl replay` is, and that its memory does not grow with the trace.

#include <fcntl.h>
#include <simdjson.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "monitor/source/trace_source.h"
#include "tests/bench/heavy_user.h"
#include "tests/bench/report.h"

namespace dwell::tests {
namespace {

struct Cost {
  double cpu = 0;   ///< s
  double wall = 0;  ///< s
  double peakMb = 0;
};

/// What a child process costs that does `work` and exits with what it returns.
Cost costOf(const std::function<int()>& work) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child || status != 0) throw std::runtime_error("a child failed");
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  Cost cost;
  cost.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  cost.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  cost.peakMb = static_cast<double>(usage.ru_maxrss) / 1024;
  return cost;
}

/// Writes the trace of a heavy user into `path`, and its beginning into `beginning`.
void writeTraces(const std::string& path, std::int64_t events, const std::string& beginning,
                 std::int64_t eventsOfBeginning) {
  std::FILE* const all = std::fopen(path.c_str(), "w");
  std::FILE* const part = std::fopen(beginning.c_str(), "w");
  if (all == nullptr || part == nullptr) throw std::runtime_error("cannot write into the scratch folder");
  const std::string header = schemas::encodeTraceHeader(HeavyUser::header()).dump() + "\n";
  std::fputs(header.c_str(), all);
  std::fputs(header.c_str(), part);
  HeavyUser user;
  for (std::int64_t i = 0; i < events; ++i) {
    const std::string line = schemas::encodeEvent(user.next()).dump() + "\n";
    std::fputs(line.c_str(), all);
    if (i < eventsOfBeginning) std::fputs(line.c_str(), part);
  }
  if (std::fclose(all) != 0 || std::fclose(part) != 0) throw std::runtime_error("the disk is full");
}

int replay(const std::string& dwellctl, const std::string& trace, const std::string& home) {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  setenv("HOME", home.c_str(), 1);
  setenv("XDG_CONFIG_HOME", home.c_str(), 1);
  setenv("XDG_DATA_HOME", home.c_str(), 1);
  execl(dwellctl.c_str(), "dwellctl", "replay", trace.c_str(), "--json", nullptr);
  return 127;
}

/// The physical floor: the file's lines through simdjson's parser, and nothing done with them.
int parseOnly(const std::string& trace) {
  std::FILE* const file = std::fopen(trace.c_str(), "r");
  if (file == nullptr) return 1;
  std::vector<char> buffer((std::size_t{1} << 20) + simdjson::SIMDJSON_PADDING);
  const std::size_t room = buffer.size() - simdjson::SIMDJSON_PADDING;
  simdjson::dom::parser parser;
  std::size_t kept = 0;
  for (;;) {
    const std::size_t got = std::fread(buffer.data() + kept, 1, room - kept, file);
    if (got == 0) break;
    const char* from = buffer.data();
    const char* const end = from + kept + got;
    while (const void* newline = std::memchr(from, '\n', static_cast<std::size_t>(end - from))) {
      const char* const stop = static_cast<const char*>(newline);
      simdjson::dom::element element;
      if (parser.parse(from, static_cast<std::size_t>(stop - from), false).get(element)) return 1;
      from = stop + 1;
    }
    kept = static_cast<std::size_t>(end - from);
    std::memmove(buffer.data(), from, kept);
  }
  std::fclose(file);
  return 0;
}

/// What comes before tracker and recorder: the file's lines as events.
int decodeOnly(const std::string& trace) {
  auto source = monitor::TraceSource::open(trace);
  if (!source) return 1;
  for (;;) {
    const auto event = source->next();
    if (!event) return 1;
    if (!*event) return 0;
  }
}

int bench(bool quick, const std::string& bin, const std::string& scratch) {
  using Bound = Report::Bound;
  Report report(quick);
  const std::int64_t many = quick ? 200'000 : 10'000'000;
  const std::int64_t few = many / 10;
  const std::string dwellctl = bin + "/dwellctl";
  const std::string longTrace = scratch + "/heavy_user.jsonl";
  const std::string shortTrace = scratch + "/heavy_user_tenth.jsonl";
  writeTraces(longTrace, many, shortTrace, few);
  std::printf("%.1f and %.1f million events, %.0f bytes each on average\n", static_cast<double>(many) * 1e-6,
              static_cast<double>(few) * 1e-6,
              static_cast<double>(std::filesystem::file_size(longTrace)) / static_cast<double>(many));

  std::vector<double> cpu, wall, parse, decode;
  Cost shortRun;
  for (int i = 0; i < (quick ? 1 : 5); ++i) {
    shortRun = costOf([&] { return replay(dwellctl, shortTrace, scratch); });
    cpu.push_back(shortRun.cpu);
    wall.push_back(shortRun.wall);
    parse.push_back(costOf([&] { return parseOnly(shortTrace); }).cpu);
    decode.push_back(costOf([&] { return decodeOnly(shortTrace); }).cpu);
  }
  const Cost longRun = costOf([&] { return replay(dwellctl, longTrace, scratch); });
  std::filesystem::remove(longTrace);
  std::filesystem::remove(shortTrace);

  const auto perSecond = [&](double seconds) { return static_cast<double>(few) / seconds; };
  report.target("replay: events a second of CPU", perSecond(median(cpu)), "%.0f", Bound::kAtLeast, 700'000);
  report.fact("replay: events a second of wall time", text("%.0f", perSecond(median(wall))));
  report.fact("replay: floor, simdjson alone", text("%.0f/s", perSecond(median(parse))));
  report.fact("replay: reading events alone", text("%.0f/s", perSecond(median(decode))));
  report.ratio("replay: CPU / floor", median(cpu) / median(parse), Bound::kAtMost, 10);
  report.target("replay: the long trace, events a second of CPU", static_cast<double>(many) / longRun.cpu,
                "%.0f", Bound::kAtLeast, 700'000);
  report.fact("replay: peak memory, a tenth of the trace", text("%.1f MB", shortRun.peakMb));
  report.fact("replay: peak memory, all of it", text("%.1f MB", longRun.peakMb));
  report.ratio("replay: peak memory of ten times the events", longRun.peakMb / shortRun.peakMb,
               Bound::kAtMost, 1.05);
  return report.exitCode();
}

}  // namespace
}  // namespace dwell::tests

int main(int argc, char** argv) {
  CLI::App app("How fast dwellctl replay is, beside simdjson alone, and that its memory does not grow.");
  bool quick = false;
  std::string bin = "build/release/bin";
  std::string scratch = ".";
  app.add_flag("--quick", quick, "Seconds, a short trace; nothing is judged");
  app.add_option("--bin", bin, "Where dwellctl is");
  app.add_option("--scratch", scratch, "Where the traces go: 1.2 GB");
  CLI11_PARSE(app, argc, argv);
  return dwell::tests::bench(quick, bin, scratch);
}
