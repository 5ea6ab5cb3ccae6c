// The fault matrix: one run of machine and collector, repeated with the disk failing at every write of it, or
// a clock being set at every step, and judged by what was promised. tests/faults/run builds and calls it.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/faults/run_once.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using Kind = DiskFault::Kind;

namespace {

constexpr std::int64_t kAttentionPerDeathMs = 10'000;
constexpr Millis kYear = std::chrono::days(365);

struct Class {
  std::string name;
  std::vector<RunPlan> plans;
  bool mayBeKilled = false;  ///< else not a moment of attention is lost
};

/// Of one run, in memory that the processes share.
struct Outcome {
  std::int64_t lostVisits, doubledCounts, lostCounts, strayReports, unwhole, attentionLostMs, deaths;
  bool ended, met;
  char fault[300];
};

struct Row {
  std::string name;
  std::int64_t runs = 0, met = 0, lostVisits = 0, doubledCounts = 0, lostCounts = 0, strayReports = 0,
               unwhole = 0, attentionLostMs = 0, violations = 0;
  double seconds = 0;
  std::vector<std::string> faults;
};

std::vector<RunPlan> plansOf(Kind kind, std::int64_t operations, std::int64_t step, std::int64_t lasts = 1) {
  std::vector<RunPlan> plans;
  for (std::int64_t at = 1; at <= operations; at += step)
    plans.push_back({{{kind, at, lasts, static_cast<std::uint32_t>(at)}}, {}});
  return plans;
}

/// The same, and again at one of the first operations after the restart.
std::vector<RunPlan> twice(Kind kind, std::int64_t operations, std::int64_t step) {
  auto plans = plansOf(kind, operations, step);
  for (RunPlan& plan : plans)
    plan.lives.push_back({kind, 1 + plan.lives[0].at * 7 % 40, 1, plan.lives[0].seed + 1'000});
  return plans;
}

/// At each step of the first session: what comes later is another session, with time to end the last one.
std::vector<RunPlan> clockPlans(std::size_t steps, std::size_t step, Millis machine, Millis collector) {
  std::vector<RunPlan> plans;
  for (std::size_t at = 1; at < steps; at += step) plans.push_back({{}, {at, machine, collector}});
  return plans;
}

class Matrix {
 public:
  Matrix(unsigned jobs, std::int64_t sparse) : jobs_(jobs), sparse_(sparse), made_(dir_.path() / "made") {
    makeFolders(made_);
    const RunResult whole = runOnce(made_, dir_.path() / "whole", steps_, {});
    if (!whole.ended || !whole.verdict.faults.empty())
      throw std::runtime_error("the run without a fault: " +
                               (whole.verdict.faults.empty() ? "did not end" : whole.verdict.faults[0]));
    attentionMs_ = whole.verdict.attentionMs;
    changes_ = whole.changes;
    calls_ = whole.calls;
  }

  std::int64_t changes() const { return changes_; }

  std::vector<Class> classes() const {
    const std::int64_t k = sparse_;
    const std::int64_t some = 8 * k;
    std::size_t first = 0;
    while (steps_[first].time < monoTime(70'000)) ++first;
    const auto clock = [&](Millis machine, Millis collector) {
      return clockPlans(first, static_cast<std::size_t>(std::max<std::int64_t>(1, k / 2)), machine,
                        collector);
    };
    return {{"kill -9 at a write", plansOf(Kind::kKill, changes_, k), true},
            {"kill -9 in a write", plansOf(Kind::kTornKill, changes_, 2 * k), true},
            {"kill -9, and again at the start", twice(Kind::kKill, changes_, 2 * k), true},
            {"power goes at a write", plansOf(Kind::kPower, changes_, k), true},
            {"power goes, and again at the start", twice(Kind::kPower, changes_, 2 * k), true},
            {"a call fails (EIO)", plansOf(Kind::kError, calls_, 2 * k)},
            {"100 calls fail (EIO)", plansOf(Kind::kError, calls_, 4 * k, 100)},
            {"a write is cut short", plansOf(Kind::kTorn, changes_, 2 * k)},
            {"disk full for a write", plansOf(Kind::kFull, changes_, 2 * k)},
            {"disk full for 300 writes", plansOf(Kind::kFull, changes_, 4 * k, 300)},
            {"read-only for 100 writes", plansOf(Kind::kReadOnly, changes_, 4 * k, 100)},
            {"machine's clock a year forward", clock(kYear, Millis(0))},
            {"machine's clock a year back", clock(-kYear, Millis(0))},
            {"collector's clock a year forward", clock(Millis(0), kYear)},
            {"collector's clock a year back", clock(Millis(0), -kYear)},
            {"orderly stops alone", plansOf(Kind::kNone, 1, some)}};
  }

  Row run(const Class& all) {
    std::fflush(stdout);
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t bytes = sizeof(Outcome) * std::max<std::size_t>(1, all.plans.size());
    void* const page = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::runtime_error("no memory for the outcomes");
    auto* const outcomes = static_cast<Outcome*>(page);
    std::vector<pid_t> runners;
    for (unsigned job = 0; job < jobs_; ++job) {
      const pid_t runner = ::fork();
      if (runner < 0) throw std::runtime_error("fork");
      if (runner == 0) {
        for (std::size_t i = job; i < all.plans.size(); i += jobs_)
          outcomes[i] = outcomeOf(all.plans[i], job);
        std::fflush(stdout);
        ::_exit(0);
      }
      runners.push_back(runner);
    }
    for (const pid_t runner : runners) {
      int status = 0;
      ::waitpid(runner, &status, 0);
    }
    Row row = summed(all, outcomes);
    ::munmap(page, bytes);
    row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return row;
  }

 private:
  Outcome outcomeOf(const RunPlan& plan, unsigned job) const {
    Outcome outcome{};
    try {
      const RunResult result = runOnce(made_, dir_.path() / ("job" + std::to_string(job)), steps_, plan);
      const Verdict& v = result.verdict;
      outcome = {v.lostVisits,  v.doubledCounts,
                 v.lostCounts,  v.strayReports,
                 v.unwhole,     attentionMs_ - v.attentionMs,
                 result.deaths, result.ended,
                 result.met,    {}};
      if (!v.faults.empty()) std::strncpy(outcome.fault, v.faults[0].c_str(), sizeof outcome.fault - 1);
    } catch (const std::exception& error) {
      std::strncpy(outcome.fault, error.what(), sizeof outcome.fault - 1);
    }
    return outcome;
  }

  Row summed(const Class& all, const Outcome* outcomes) const {
    Row row;
    row.name = all.name;
    for (std::size_t i = 0; i < all.plans.size(); ++i) {
      const Outcome& o = outcomes[i];
      ++row.runs;
      row.met += o.met ? 1 : 0;
      row.lostVisits += o.lostVisits;
      row.doubledCounts += o.doubledCounts;
      row.lostCounts += o.lostCounts;
      row.strayReports += o.strayReports;
      row.unwhole += o.unwhole;
      row.attentionLostMs = std::max(row.attentionLostMs, o.attentionLostMs);
      // A program that could not start for the disk's sake measures nothing until it does; it was told
      // nothing yet.
      const std::int64_t mayLose = kAttentionPerDeathMs * o.deaths;
      std::string fault = o.fault;
      if (fault.empty() && !o.ended) fault = "did not end";
      if (fault.empty() && (o.attentionLostMs > mayLose || o.attentionLostMs < 0))
        fault = std::to_string(o.attentionLostMs) + " ms of attention lost in " + std::to_string(o.deaths) +
                " deaths";
      if (fault.empty() && o.deaths > 0 && !all.mayBeKilled && all.plans[i].lives.empty())
        fault = "a program died";
      if (fault.empty()) continue;
      ++row.violations;
      const std::int64_t at = all.plans[i].lives.empty() ? static_cast<std::int64_t>(all.plans[i].clock.at)
                                                         : all.plans[i].lives[0].at;
      if (row.faults.size() < 5) row.faults.push_back("at " + std::to_string(at) + ": " + fault);
    }
    return row;
  }

  TempDir dir_;
  const unsigned jobs_;
  const std::int64_t sparse_;
  const std::vector<Step> steps_ = script();
  const RunFolders made_;
  std::int64_t attentionMs_ = 0, changes_ = 0, calls_ = 0;
};

nlohmann::ordered_json toJson(const Row& row) {
  return {{"class", row.name},
          {"runs", row.runs},
          {"faults_met", row.met},
          {"lost_visits", row.lostVisits},
          {"doubled_counts", row.doubledCounts},
          {"lost_counts", row.lostCounts},
          {"attention_lost_max_s", static_cast<double>(row.attentionLostMs) / 1'000},
          {"reports_not_stored_once", row.strayReports},
          {"databases_damaged", row.unwhole},
          {"violations", row.violations},
          {"seconds", row.seconds},
          {"faults", row.faults}};
}

void print(const Row& row) {
  std::printf("%-36s %5lld %5lld %6lld %8lld %6lld %9.1f %8lld %8lld %7.1f\n", row.name.c_str(),
              static_cast<long long>(row.runs), static_cast<long long>(row.met),
              static_cast<long long>(row.lostVisits), static_cast<long long>(row.doubledCounts),
              static_cast<long long>(row.lostCounts), static_cast<double>(row.attentionLostMs) / 1'000,
              static_cast<long long>(row.strayReports), static_cast<long long>(row.violations), row.seconds);
  for (const std::string& fault : row.faults) std::printf("    %s\n", fault.c_str());
  std::fflush(stdout);
}

int run(bool json, const std::string& only, bool lyingDisk, unsigned jobs, std::int64_t sparse) {
  Matrix matrix(jobs, sparse);
  auto all = nlohmann::ordered_json::array();
  if (!json)
    std::printf("%lld writes in a run\n%-36s %5s %5s %6s %8s %6s %9s %8s %8s %7s\n",
                static_cast<long long>(matrix.changes()), "class", "runs", "met", "visits", "counts",
                "counts", "attention", "reports", "viola-", "time");
  if (!json)
    std::printf("%-36s %5s %5s %6s %8s %6s %9s %8s %8s %7s\n", "", "", "", "lost", "doubled", "lost",
                "lost, s", "astray", "tions", "s");
  std::int64_t runs = 0, violations = 0;
  for (Class& next : matrix.classes()) {
    if (!only.empty() && next.name.find(only) == std::string::npos) continue;
    for (RunPlan& plan : next.plans) {
      for (DiskFault& fault : plan.lives) fault.syncs = !lyingDisk;
    }
    const Row row = matrix.run(next);
    runs += row.runs;
    violations += row.violations;
    if (json)
      all.push_back(toJson(row));
    else
      print(row);
  }
  if (json)
    std::cout << all.dump(1) << '\n';
  else
    std::printf("%lld runs, %lld violations\n", static_cast<long long>(runs),
                static_cast<long long>(violations));
  return violations == 0 && runs > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Repeats one run of machine and collector with a fault at every write of it, and judges what is left.",
      "fault_matrix");
  bool json = false, quick = false, lyingDisk = false;
  std::string only;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::int64_t sparse = 0;
  app.add_flag("--quick", quick, "About a twentieth of the runs");
  app.add_flag("--json", json, "Print the table as JSON");
  app.add_option("--class", only, "Only classes with this in their name");
  app.add_option("--every", sparse, "A fault at each so-manieth write only");
  app.add_option("--jobs", jobs, "Runs at a time")->check(CLI::Range(1U, 64U));
  app.add_flag("--lying-disk", lyingDisk, "On a disk that syncs nothing: the matrix must find what is lost");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(json, only, lyingDisk, jobs, sparse > 0 ? sparse : quick ? 40 : 2);
  } catch (const std::exception& error) {
    std::cerr << "fault_matrix: " << error.what() << '\n';
    return 1;
  }
}
