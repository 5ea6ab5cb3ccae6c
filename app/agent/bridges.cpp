#include "app/agent/bridges.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "app/agent/unix_socket.h"
#include "base/log.h"

namespace dwell::app {

using schemas::Event;

namespace {
/// A connection per browser profile; more are no browsers.
constexpr std::size_t kMaxConnections = 64;

/// The assistant has an alarm each 30 s, which starts it anew where nothing else does.
constexpr Millis kPatience(45'000);

/// No assistant takes longer to tell what had waited for it.
constexpr Millis kCatchingUp(5'000);

bool runs(boost::asio::posix::stream_descriptor& process) {
  if (!process.is_open()) return false;
  pollfd polled{process.native_handle(), POLLIN, 0};
  return poll(&polled, 1, 0) == 0;
}

}  // namespace

Bridges::Bridges(boost::asio::io_context& io, int listening, std::filesystem::path path, Calls calls)
    : io_(io), listening_(io, listening), path_(std::move(path)), calls_(std::move(calls)) {
  accept();
}

Bridges::~Bridges() { unlink(path_.c_str()); }

void Bridges::accept() {
  listening_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
                          if (error || alive.expired()) return;
                          const int fd = accept4(listening_.native_handle(), nullptr, nullptr,
                                                 SOCK_CLOEXEC | SOCK_NONBLOCK);
                          if (fd >= 0) admit(fd);
                          accept();
                        });
}

void Bridges::admit(int fd) {
  const bool stranger = !sameUser(fd);
  if (stranger || connections_.size() >= kMaxConnections) {
    logWarn(stranger ? "a connection of another user to the bridges' socket was refused"
                     : "too many connections to the bridges' socket: one was refused");
    close(fd);
    return;
  }
  // An assistant that was killed left its last words in an older connection: they come first.
  drain();
  boost::asio::posix::stream_descriptor process(io_);
  if (const int parent = parentOfPeer(fd); parent >= 0) process.assign(parent);
  connections_.emplace_back(fd, std::move(process), known_, losses_);
  const Place place = std::prev(connections_.end());
  place->source.askForInputs(inputs_);
  place->host = std::make_unique<SourceHost>(
      io_, place->source,
      SourceHost::Calls{calls_.clock, calls_.woken,
                        [this, place](std::vector<Event> events) { take(place, std::move(events)); },
                        [this, place](const Error&) { ended(place); }});
}

void Bridges::ended(Place connection) {
  if (connection->greeted) {
    const auto browser = connection->source.connected()->browser;
    if (connection->source.resumable() && runs(connection->process))
      await(browser, std::move(connection->process));
    else
      gone(browser);
  }
  connections_.erase(connection);
  calls_.changed();
}

void Bridges::await(const schemas::BrowserId& browser, boost::asio::posix::stream_descriptor process) {
  absent_.push_back(
      {browser, std::move(process), boost::asio::steady_timer(io_, kPatience), std::make_shared<char>()});
  const auto place = std::prev(absent_.end());
  // Either of the two may be first, and the other be queued already.
  const auto leave = [this, place,
                      here = std::weak_ptr(place->here)](const boost::system::error_code& error) {
    if (error || here.expired()) return;
    const auto who = place->browser;
    absent_.erase(place);
    gone(who);
    calls_.changed();
  };
  place->process.async_wait(boost::asio::posix::stream_descriptor::wait_read, leave);
  place->patience.async_wait(leave);
}

void Bridges::gone(const schemas::BrowserId& browser) {
  known_.tabs.erase(browser);
  calls_.events({Event{calls_.clock(), schemas::BrowserDisconnected{browser}}});
}

void Bridges::take(Place from, std::vector<Event> events) {
  bool came = false;
  if (!from->greeted && from->source.connected()) {
    from->greeted = came = true;
    from->since = calls_.clock();
    const auto& browser = from->source.connected()->browser;
    const auto older = std::find_if(connections_.begin(), connections_.end(), [&](const Connection& other) {
      return &other != &*from && other.greeted && other.source.connected()->browser == browser;
    });
    const auto absent = std::find_if(absent_.begin(), absent_.end(),
                                     [&](const Absent& each) { return each.browser == browser; });
    const bool wasThere = older != connections_.end() || absent != absent_.end();
    if (older != connections_.end()) connections_.erase(older);
    if (absent != absent_.end()) absent_.erase(absent);
    if (wasThere && !from->source.resumed()) {
      const auto first =
          std::min_element(events.begin(), events.end(),
                           [](const Event& one, const Event& two) { return one.time < two.time; });
      events.insert(events.begin(), Event{first->time, schemas::BrowserDisconnected{browser}});
    }
  }
  if (!events.empty()) calls_.events(std::move(events));
  if (came) calls_.changed();
}

void Bridges::askForInputs(bool wanted) {
  if (std::exchange(inputs_, wanted) == wanted) return;
  for (auto& connection : connections_) connection.source.askForInputs(wanted);
}

void Bridges::drain() {
  // Draining one may take it, or an older one of the same browser, out of the list.
  std::vector<const Connection*> all;
  for (const auto& connection : connections_) all.push_back(&connection);
  for (const Connection* each : all) {
    const auto place = std::find_if(connections_.begin(), connections_.end(),
                                    [each](const Connection& connection) { return &connection == each; });
    if (place != connections_.end()) place->host->drain();
  }
}

bool Bridges::catchingUp() const {
  const auto tellsMore = [this](const Connection& each) {
    return each.greeted && each.source.resumed() && !each.source.caughtUp() &&
           calls_.clock() - each.since < kCatchingUp;
  };
  return !absent_.empty() || std::any_of(connections_.begin(), connections_.end(), tellsMore);
}

void Bridges::hangUp() {
  connections_.clear();
  absent_.clear();
  known_ = {};
  calls_.changed();
}

std::vector<const monitor::BrowserSource*> Bridges::browsers() const {
  std::vector<const monitor::BrowserSource*> known;
  for (const auto& connection : connections_)
    if (connection.greeted) known.push_back(&connection.source);
  return known;
}

}  // namespace dwell::app
