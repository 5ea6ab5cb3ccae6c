#include "tests/faults/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

namespace dwell::tests {

using Json = nlohmann::json;

void add(Counts& to, const std::vector<schemas::ReportHistogram>& histograms) {
  for (const auto& histogram : histograms) {
    for (const auto& bucket : histogram.buckets)
      to[{histogram.name, histogram.group, histogram.day, bucket.low}] += bucket.count;
  }
}

void add(Counts& to, const Counts& from) {
  for (const auto& [key, count] : from) to[key] += count;
}

void Ledger::write(const std::string& lines) {
  const int fd = ::open(file_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const bool written =
      fd >= 0 && ::write(fd, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size());
  const int error = errno;
  ::close(fd);
  if (!written) throw std::system_error(error, std::generic_category(), "the ledger " + file_.string());
}

void Ledger::handed(const monitor::Batch& batch) {
  Json visits = Json::array();
  for (const auto& visit : batch.ended)
    visits.push_back({visit.id, toMs(visit.start), visit.attentionMs, visit.url});
  Counts counts;
  add(counts, batch.histograms);
  write(Json{{"handed", visits}, {"counts", counts}}.dump() + "\n");
}

void Ledger::begins() { write("{\"begins\":true}\n"); }

void Ledger::committed() { write("{\"committed\":true}\n"); }

void Ledger::acknowledged(const std::string& id, const std::string& sha256) {
  write(Json{{"acknowledged", id}, {"sha256", sha256}}.dump() + "\n");
}

Ledger::Content Ledger::read() const {
  Content content;
  std::vector<std::pair<std::vector<Visit>, Counts>> handedOver;
  std::ifstream in(file_);
  for (std::string line; std::getline(in, line);) {
    const Json entry = Json::parse(line);
    if (entry.contains("handed")) {
      auto& [visits, counts] = handedOver.emplace_back();
      for (const Json& visit : entry["handed"]) visits.push_back({visit[0], visit[1], visit[2], visit[3]});
      counts = entry["counts"].get<Counts>();
    } else if (entry.contains("committed")) {
      for (auto& [visits, counts] : handedOver) {
        content.ended.insert(content.ended.end(), visits.begin(), visits.end());
        add(content.counts, counts);
      }
      handedOver.clear();
    } else if (entry.contains("begins")) {
      for (auto& [visits, counts] : handedOver) content.unsure.push_back(std::move(counts));
      handedOver.clear();
    } else {
      content.acknowledged[entry["acknowledged"]].insert(entry["sha256"].get<std::string>());
    }
  }
  for (auto& [visits, counts] : handedOver) content.unsure.push_back(std::move(counts));
  return content;
}

}  // namespace dwell::tests
