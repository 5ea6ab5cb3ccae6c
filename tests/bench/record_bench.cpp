// What one histogram sample costs: the agent's recorder, its floor, and two peers, interleaved in one
// process.

#include <benchmark/benchmark.h>
#include <prometheus/histogram.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "base/histogram_layout.h"
#include "monitor/record/recorder.h"
#include "tests/bench/report.h"

namespace dwell::tests {
namespace {

namespace hist = schemas::hist;

/// 50 exponential buckets, 1 … 3,600,000.
constexpr auto kHistogram = hist::kEngagementAttentionTime;
constexpr std::size_t kValues = 65'536;

/// Log-uniform over the histogram's range.
const std::vector<std::int64_t>& values() {
  static const std::vector<std::int64_t> all = [] {
    std::mt19937_64 random(1);
    std::vector<std::int64_t> out(kValues);
    const double top = std::log(3.6e6);
    for (std::int64_t& value : out) {
      const double share = static_cast<double>(random() >> 11) * 0x1.0p-53;
      value = static_cast<std::int64_t>(std::exp(share * top));
    }
    return out;
  }();
  return all;
}

/// The recorder of the agent, called as its event thread calls it.
struct Own {
  monitor::Recorder recorder{Settings{}, HashKey{}, wallTime(1'795'255'200'000), UtcOffset(600)};
  void record(std::int64_t value) { recorder.sample(kHistogram, value, monoTime(1'000)); }
  std::int64_t count() {
    const auto batch = recorder.batch({}, {}, wallTime(1'795'255'200'000));
    std::int64_t count = 0;
    for (const auto& histogram : batch.histograms) {
      for (const auto& bucket : histogram.buckets) count += bucket.count;
    }
    return count;
  }
};

/// The least that can be done: the same lookup and plain integers, of one histogram that is at hand.
struct Floor {
  const BucketLayout layout = *schemas::histogramLayout(kHistogram);
  std::vector<std::int64_t> counts = std::vector<std::int64_t>(layout.bucketCount());
  std::int64_t sum = 0;
  void record(std::int64_t value) {
    ++counts[layout.bucketOf(static_cast<std::int32_t>(value))];
    sum += value;
  }
  std::int64_t count() const { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); }
};

/// What Chromium's histogram does for a sample: a binary search, and locked adds to the bucket's count, the
/// sum and the redundant count. Our own writing.
struct ChromeEquivalent {
  const std::vector<std::int32_t> ranges = schemas::histogramLayout(kHistogram)->edges();
  std::vector<std::atomic<std::int32_t>> counts = std::vector<std::atomic<std::int32_t>>(ranges.size() - 1);
  std::atomic<std::int64_t> sum{0};
  std::atomic<std::int32_t> redundantCount{0};
  std::size_t bucketOf(std::int32_t value) const {
    std::size_t under = 0;
    std::size_t over = counts.size();
    while (over - under > 1) {
      const std::size_t mid = under + (over - under) / 2;
      (ranges[mid] <= value ? under : over) = mid;
    }
    return under;
  }
  void record(std::int64_t value) {
    const auto sample = static_cast<std::int32_t>(std::clamp<std::int64_t>(value, 0, kMaxSample));
    counts[bucketOf(sample)].fetch_add(1, std::memory_order_relaxed);
    sum.fetch_add(sample, std::memory_order_relaxed);
    redundantCount.fetch_add(1, std::memory_order_relaxed);
  }
  std::int64_t count() const { return redundantCount.load(); }
};

/// prometheus-cpp at its best: the histogram itself at hand, no family, no labels, no registry.
struct Prometheus {
  static prometheus::Histogram::BucketBoundaries boundaries() {
    // Its buckets are (low, high], so the edges are ours less one; without the ends, which it has itself.
    const auto& edges = schemas::histogramLayout(kHistogram)->edges();
    prometheus::Histogram::BucketBoundaries out;
    for (std::size_t i = 1; i + 1 < edges.size(); ++i) out.push_back(static_cast<double>(edges[i]) - 1);
    return out;
  }
  prometheus::Histogram histogram{boundaries()};
  void record(std::int64_t value) { histogram.Observe(static_cast<double>(value)); }
  std::int64_t count() const { return static_cast<std::int64_t>(histogram.Collect().histogram.sample_count); }
};

/// Records all values over and over; each thread into one of its own.
template <class Side>
void run(benchmark::State& state) {
  const auto side = std::make_unique<Side>();
  const std::int64_t* const data = values().data();
  std::size_t i = 0;
  for (auto _ : state) {
    side->record(data[i]);
    i = (i + 1) & (kValues - 1);
  }
  if (side->count() != static_cast<std::int64_t>(state.iterations()))
    state.SkipWithError("samples were lost");
}

/// For callgrind, which collects inside of this function only.
[[gnu::noinline]] void callgrindLoop(Own& own, const std::int64_t* from, const std::int64_t* to) {
  for (; from != to; ++from) own.record(*from);
}

/// Instructions that callgrind counts for `count` samples.
double instructions(const std::string& self, const std::string& scratch, std::int64_t count) {
  const std::string out = scratch + "/callgrind." + std::to_string(count);
  const pid_t child = fork();
  if (child == 0) {
    const std::string file = "--callgrind-out-file=" + out;
    const std::string loop = "--callgrind-loop=" + std::to_string(count);
    execlp("valgrind", "valgrind", "-q", "--tool=callgrind", "--toggle-collect=*callgrindLoop*", file.c_str(),
           self.c_str(), loop.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::ifstream in(out);
  std::string line;
  while (std::getline(in, line)) {
    if (line.rfind("totals: ", 0) == 0 || line.rfind("summary: ", 0) == 0) {
      return std::stod(line.substr(line.find(' ')));
    }
  }
  throw std::runtime_error("callgrind gave no count (valgrind's exit " + std::to_string(WEXITSTATUS(status)) +
                           ")");
}

/// CPU ns an operation of every repetition, by benchmark.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) throw std::runtime_error(run.error_message);
      if (run.run_type == Run::RT_Iteration)
        times[run.run_name.function_name].push_back(run.GetAdjustedCPUTime());
    }
  }
  /// The least of the repetitions: what other work on the machine does to a time is never less.
  double ns(const std::string& name) const {
    const auto& all = times.at(name);
    return *std::min_element(all.begin(), all.end());
  }
  std::map<std::string, std::vector<double>> times;
};

Collector measure(bool quick) {
  std::vector<std::string> flags = {"record_bench", "--benchmark_enable_random_interleaving=true",
                                    std::string("--benchmark_repetitions=") + (quick ? "3" : "15"),
                                    std::string("--benchmark_min_time=") + (quick ? "0.01" : "0.2")};
  std::vector<char*> argv;
  for (std::string& flag : flags) argv.push_back(flag.data());
  int argc = static_cast<int>(argv.size());
  benchmark::Initialize(&argc, argv.data());
  benchmark::RegisterBenchmark("own", run<Own>);
  benchmark::RegisterBenchmark("floor", run<Floor>);
  benchmark::RegisterBenchmark("chrome", run<ChromeEquivalent>);
  benchmark::RegisterBenchmark("prometheus", run<Prometheus>);
  benchmark::RegisterBenchmark("own, 2 threads", run<Own>)->Threads(2);
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  return collector;
}

int bench(bool quick, const std::string& self, const std::string& scratch) {
  using Bound = Report::Bound;
  Report report(quick);
  std::printf("%zu log-uniform values, %zu buckets; CPU time, the least of interleaved repetitions\n",
              kValues, schemas::histogramLayout(kHistogram)->bucketCount());
  std::printf(
      "prometheus-cpp: Histogram::Observe on the object itself (no family, labels or registry), "
      "%zu boundaries\n",
      Prometheus::boundaries().size());
  const double before = load();
  const Collector times = measure(quick);
  for (const auto& [name, all] : times.times) {
    report.fact("record: " + name, text("%.2f ns", times.ns(name)));
  }
  const double own = times.ns("own");
  report.ratio("record: prometheus-cpp / own", times.ns("prometheus") / own, Bound::kAtLeast, 12);
  report.ratio("record: Chrome-equivalent / own", times.ns("chrome") / own, Bound::kAtLeast, 7);
  report.ratio("record: own / floor", own / times.ns("floor"), Bound::kAtMost, 1.15);
  if (before < kQuiet) {
    report.ratio("record: each of 2 threads / 1", times.ns("own, 2 threads") / own, Bound::kAtMost, 1.1);
  } else {
    report.notMeasured("record: each of 2 threads / 1", text("load %.1f, not below 1.5", before));
  }
  constexpr std::int64_t kFew = 5'000, kMany = 65'000;  // both of the same values
  const double difference = instructions(self, scratch, kMany) - instructions(self, scratch, kFew);
  report.alwaysJudged("record: instructions", difference / static_cast<double>(kMany - kFew), "%.1f",
                      Bound::kAtMost, 32);
  return report.exitCode();
}

}  // namespace
}  // namespace dwell::tests

int main(int argc, char** argv) {
  using namespace dwell::tests;
  CLI::App app(
      "What one histogram sample costs: Dwell's recorder, its floor, a Chrome-equivalent, prometheus-cpp.");
  bool quick = false;
  std::string scratch = ".";
  std::string bin;
  std::int64_t callgrind = 0;
  app.add_flag("--quick", quick, "Seconds; only the count of instructions is judged");
  app.add_option("--scratch", scratch, "Where files of the run go");
  app.add_option("--bin", bin, "Not used: this bench runs none of the programs");
  app.add_option("--callgrind-loop", callgrind, "Only record so many samples")
      ->group("")
      ->check(CLI::Range(0, static_cast<int>(kValues)));
  CLI11_PARSE(app, argc, argv);
  if (callgrind > 0) {
    Own own;
    own.record(1);
    callgrindLoop(own, values().data(), values().data() + callgrind);
    return own.count() == callgrind + 1 ? 0 : 1;
  }
  return bench(quick, argv[0], scratch);
}
