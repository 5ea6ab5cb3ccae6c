#pragma once

#include <sys/resource.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

/// What every bench of tests/bench prints and how (tests/bench/README.md): lines
/// "figure<tab>name<tab>figure<tab> bound<tab>verdict" for the table of tests/bench/run, and the exit code.
namespace dwell::tests {

/// Above it two threads don't have a core each.
inline constexpr double kQuiet = 1.5;

inline double load() {
  double one = 0;
  return getloadavg(&one, 1) == 1 ? one : 0;
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/// CPU seconds of this process so far.
inline double cpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

inline std::string text(const char* format, double value) {
  char out[64];
  std::snprintf(out, sizeof out, format, value);
  return out;
}

/// The figures of one bench.
class Report {
 public:
  enum class Bound { kAtLeast, kAtMost };

  /// `quick`: nothing but what `alwaysJudged()` is told is judged.
  explicit Report(bool quick) : quick_(quick) {}

  /// A ratio of two things measured in this run.
  void ratio(const std::string& name, double value, Bound bound, double limit) {
    line(name, text("%.2fx", value), boundText(bound, text("%.2fx", limit)),
         quick_ ? "not judged" : verdict(keeps(value, bound, limit)));
  }
  /// What is the same however busy the machine is.
  void alwaysJudged(const std::string& name, double value, const char* format, Bound bound, double limit) {
    line(name, text(format, value), boundText(bound, text(format, limit)),
         verdict(keeps(value, bound, limit)));
  }
  /// An absolute figure: to be read with machine and load; it never fails a run.
  void target(const std::string& name, double value, const char* format, Bound bound, double limit) {
    line(name, text(format, value), boundText(bound, text(format, limit)),
         quick_                       ? "not judged"
         : keeps(value, bound, limit) ? "ok"
                                      : "target missed");
  }
  void fact(const std::string& name, const std::string& value) { line(name, value, "-", "-"); }
  void notMeasured(const std::string& name, const std::string& why) { line(name, why, "-", "not measured"); }

  int exitCode() const { return missed_ ? 1 : 0; }

 private:
  static bool keeps(double value, Bound bound, double limit) {
    return bound == Bound::kAtLeast ? value >= limit : value <= limit;
  }
  static std::string boundText(Bound bound, const std::string& limit) {
    return (bound == Bound::kAtLeast ? ">= " : "<= ") + limit;
  }
  std::string verdict(bool kept) {
    missed_ = missed_ || !kept;
    return kept ? "ok" : "MISSED";
  }
  static void line(const std::string& name, const std::string& value, const std::string& bound,
                   const std::string& verdict) {
    std::printf("figure\t%s\t%s\t%s\t%s\n", name.c_str(), value.c_str(), bound.c_str(), verdict.c_str());
    std::fflush(stdout);
  }

  bool quick_;
  bool missed_ = false;
};

}  // namespace dwell::tests
