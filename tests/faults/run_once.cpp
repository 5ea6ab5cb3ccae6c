#include "tests/faults/run_once.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

namespace dwell::tests {
namespace {

constexpr int kCouldNotStart = 98;
constexpr int kMostDeaths = 20;

/// What outlives a life.
struct Shared {
  std::atomic<std::size_t> progress = 0;
  std::atomic<std::int64_t> changes = 0, calls = 0;
  std::atomic<bool> met = false;
};

class SharedPage {
 public:
  SharedPage() {
    void* const page =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    shared_ = new (page) Shared;
  }
  ~SharedPage() { ::munmap(shared_, sizeof(Shared)); }
  SharedPage(const SharedPage&) = delete;
  SharedPage& operator=(const SharedPage&) = delete;
  Shared& operator*() const { return *shared_; }

 private:
  Shared* shared_;
};

/// The exit code of a process that lives until the fault or the end.
int life(const RunFolders& folders, const std::vector<Step>& steps, const DiskFault& fault,
         const ClockSet& clock, Shared& shared) {
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    int code = 0;
    // What the programs log of their trouble is expected.
    if (std::freopen("/dev/null", "w", stderr) == nullptr ||
        std::freopen("/dev/null", "w", stdout) == nullptr)
      ::_exit(1);
    {
      FaultyVfs disk;
      disk.plan(fault);
      try {
        live(folders, steps, shared.progress, clock);
      } catch (const std::exception&) {
        code = disk.hasFailed() ? kCouldNotStart : 1;
      }
      shared.changes = disk.changes();
      shared.calls = disk.calls();
      if (disk.hasFailed()) shared.met = true;
    }
    ::_exit(code);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

RunResult runOnce(const RunFolders& made, const std::filesystem::path& work, const std::vector<Step>& steps,
                  const RunPlan& plan) {
  std::filesystem::remove_all(work);
  std::filesystem::create_directories(work);
  const RunFolders folders(work);
  std::filesystem::copy(made.machine, folders.machine, std::filesystem::copy_options::recursive);
  std::filesystem::copy(made.collector, folders.collector, std::filesystem::copy_options::recursive);

  RunResult result;
  const SharedPage page;
  Shared& shared = *page;
  for (std::size_t i = 0; result.deaths <= kMostDeaths; ++i) {
    const int code =
        life(folders, steps, i < plan.lives.size() ? plan.lives[i] : DiskFault{}, plan.clock, shared);
    if (code == kDiskKilled || code == kCouldNotStart) {
      ++result.deaths;
      shared.met = true;
      continue;
    }
    result.ended = code == 0;
    if (code != 0) result.verdict.faults.push_back("a life ended with " + std::to_string(code));
    break;
  }
  result.met = shared.met;
  result.changes = shared.changes;
  result.calls = shared.calls;
  if (result.ended) result.verdict = judge(folders);
  return result;
}

}  // namespace dwell::tests
