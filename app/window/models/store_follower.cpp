#include "app/window/models/store_follower.h"

#include <sys/stat.h>

#include <exception>

namespace dwell::app {

StoreFollower::StoreFollower(std::filesystem::path file, QObject* parent)
    : QObject(parent), file_(std::move(file)) {}

std::optional<StoreFollower::FileId> StoreFollower::identify(const std::filesystem::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return std::nullopt;
  return FileId{found.st_dev, found.st_ino};
}

void StoreFollower::setGroup(const std::string& group) {
  if (group == group_) return;
  group_ = group;
  reload();
}

void StoreFollower::look() {
  const auto id = identify(file_);
  if (!id) return stop(State::kWaiting, {});
  try {
    if (!reader_ || opened_ != id) return open(*id);
    if (reader_->changeCounter() != counter_) read();
  } catch (const std::exception& error) {
    // A broken disk or file: it is tried again with the next look.
    stop(State::kUnreadable, QString::fromUtf8(error.what()));
  }
}

void StoreFollower::reload() {
  reader_.reset();
  look();
}

void StoreFollower::open(const FileId& id) {
  auto reader = monitor::Reader::open(file_);
  if (!reader) return stop(State::kUnreadable, QString::fromStdString(reader.error().message()));
  reader_ = std::move(*reader);
  opened_ = id;
  read();
}

void StoreFollower::read() {
  // Before the rows: what is written meanwhile is read with the next look.
  counter_ = reader_->changeCounter();
  StoreSnapshot snapshot;
  snapshot.pages = reader_->pages();
  snapshot.histograms = reader_->histograms({{}, group_, {}});
  snapshot.groups = reader_->pageGroups();
  snapshot.upload = reader_->uploadState();
  for (const auto& page : snapshot.pages) snapshot.visits += page.visits;
  snapshot_ = std::move(snapshot);
  state_ = State::kFollowing;
  reason_.clear();
  emit changed();
}

void StoreFollower::stop(State state, const QString& reason) {
  const bool news = state != state_ || reason != reason_;
  reader_.reset();
  opened_.reset();
  snapshot_ = {};
  state_ = state;
  reason_ = reason;
  if (news) emit changed();
}

}  // namespace dwell::app
