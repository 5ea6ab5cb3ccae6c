#include "app/agent/bridges.h"

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
  connections_.emplace_back(fd, numbers_, losses_);
  const Place place = std::prev(connections_.end());
  place->host = std::make_unique<SourceHost>(
      io_, place->source,
      SourceHost::Calls{calls_.clock, calls_.woken,
                        [this, place](std::vector<Event> events) { take(place, std::move(events)); },
                        [this, place](const Error&) {
                          connections_.erase(place);
                          calls_.changed();
                        }});
}

void Bridges::take(Place from, std::vector<Event> events) {
  bool came = false;
  if (!from->greeted && from->source.connected()) {
    from->greeted = came = true;
    const auto& browser = from->source.connected()->browser;
    const auto older = std::find_if(connections_.begin(), connections_.end(), [&](const Connection& other) {
      return &other != &*from && other.greeted && other.source.connected()->browser == browser;
    });
    if (older != connections_.end()) {
      connections_.erase(older);
      const auto first =
          std::min_element(events.begin(), events.end(),
                           [](const Event& one, const Event& two) { return one.time < two.time; });
      events.insert(events.begin(), Event{first->time, schemas::BrowserDisconnected{browser}});
    }
  }
  if (!events.empty()) calls_.events(std::move(events));
  if (came) calls_.changed();
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

void Bridges::hangUp() {
  connections_.clear();
  numbers_ = {};
  calls_.changed();
}

std::vector<const monitor::BrowserSource*> Bridges::browsers() const {
  std::vector<const monitor::BrowserSource*> known;
  for (const auto& connection : connections_)
    if (connection.greeted) known.push_back(&connection.source);
  return known;
}

}  // namespace dwell::app
