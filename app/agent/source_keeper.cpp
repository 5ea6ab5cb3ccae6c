#include "app/agent/source_keeper.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/log.h"

namespace dwell::app {
namespace {

constexpr Millis kFirstRetry = std::chrono::seconds(1);
constexpr Millis kLastRetry = std::chrono::seconds(60);
/// 2^6 s is more than the last.
constexpr int kMostDoublings = 6;

}  // namespace

SourceKeeper::SourceKeeper(boost::asio::io_context& io, std::unique_ptr<monitor::EventSource> source,
                           Calls calls)
    : io_(io), source_(std::move(source)), calls_(std::move(calls)), retry_(io) {}

void SourceKeeper::start() {
  stop();
  stretch_ = std::make_shared<char>();
  events_ = 0;
  failures_ = 0;
  if (const auto opened = open(); !opened) {
    logWarn(opened.error().message());
    retryLater();
  }
}

void SourceKeeper::stop() {
  stretch_.reset();
  retry_.cancel();
  host_.reset();
  trouble_.clear();
}

void SourceKeeper::drain() {
  if (host_) host_->drain();
}

Expected<void> SourceKeeper::open() {
  if (auto started = source_->start(); !started) {
    trouble_ = started.error().message();
    return started;
  }
  trouble_.clear();
  opened_ = calls_.clock();
  host_ = std::make_unique<SourceHost>(io_, *source_,
                                       SourceHost::Calls{calls_.clock, calls_.woken,
                                                         [this](std::vector<schemas::Event> events) {
                                                           events_ +=
                                                               static_cast<std::int64_t>(events.size());
                                                           if (!events.empty())
                                                             calls_.events(std::move(events));
                                                         },
                                                         [this](const Error& error) {
                                                           trouble_ = error.message();
                                                           logWarn(trouble_);
                                                           if (calls_.clock() - opened_ >= kLastRetry)
                                                             failures_ = 0;
                                                           host_.reset();
                                                           retryLater();
                                                           tellLater();
                                                         }});
  return {};
}

void SourceKeeper::retryLater() {
  const auto pause = std::min(kLastRetry, kFirstRetry * (1 << std::min(failures_++, kMostDoublings)));
  retry_.expires_after(pause);
  retry_.async_wait([this, stretch = std::weak_ptr(stretch_)](const boost::system::error_code& error) {
    if (error || stretch.expired()) return;
    if (open())
      tellLater();
    else
      retryLater();
  });
}

void SourceKeeper::tellLater() {
  boost::asio::post(io_, [this, stretch = std::weak_ptr(stretch_)] {
    if (!stretch.expired()) calls_.changed();
  });
}

}  // namespace dwell::app
