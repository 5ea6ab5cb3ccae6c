#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "monitor/store/reader.h"

namespace dwell::app {

/// What the window shows of the store, read at one moment.
struct StoreSnapshot {
  std::vector<monitor::PageSum> pages;
  std::vector<monitor::HistogramCounts> histograms;  ///< of the page group that was asked for
  std::vector<std::string> groups;
  std::int64_t visits = 0;
  monitor::UploadState upload;
};

/// Reads the store again whenever somebody has written it. It owns no timer: its host calls look().
/// Threads: the GUI's. Errors: none come out; what stands in the way is state() and reason().
class StoreFollower : public QObject {
  Q_OBJECT
 public:
  enum class State : std::uint8_t {
    kWaiting,     ///< there is no store yet
    kFollowing,   ///< snapshot() is what it holds
    kUnreadable,  ///< there is one, but it can't be read: reason()
  };

  explicit StoreFollower(std::filesystem::path file, QObject* parent = nullptr);

  State state() const { return state_; }
  QString reason() const { return reason_; }
  const StoreSnapshot& snapshot() const { return snapshot_; }

  const std::string& group() const { return group_; }
  /// Histograms of these pages from now on; reads at once.
  void setGroup(const std::string& group);

  /// Reads if something has changed since the last look, opens the store if it has appeared.
  void look();
  /// Reads in any case.
  void reload();

 signals:
  /// State or snapshot are new.
  void changed();

 private:
  /// Which file it is: a store that was erased and made anew has the same path.
  struct FileId {
    std::uint64_t device = 0, inode = 0;
    friend bool operator==(const FileId&, const FileId&) = default;
  };
  static std::optional<FileId> identify(const std::filesystem::path& file);

  void open(const FileId& id);
  void read();
  void stop(State state, const QString& reason);

  std::filesystem::path file_;
  std::string group_ = "all";
  std::optional<monitor::Reader> reader_;
  std::optional<FileId> opened_;
  std::int64_t counter_ = 0;
  State state_ = State::kWaiting;
  QString reason_;
  StoreSnapshot snapshot_;
};

}  // namespace dwell::app
