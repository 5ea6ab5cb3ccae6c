#pragma once

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "base/time.h"
#include "collector/limits.h"
#include "collector/listen_address.h"
#include "collector/message.h"

namespace dwell::collector {

/// HTTP/1.1 over TCP: the only room with Beast. Keeps connections alive, reads a body only after the handler
/// admitted its header, and bounds time, memory and number of connections (Limits).
/// Threads: the host's, as many as call run(). The handler is called on them.
class HttpServer {
 public:
  class Server;

  /// Listens from here on. `handler` must outlive this.
  /// Errors: the port is in use or may not be bound.
  static Expected<std::unique_ptr<HttpServer>> listen(const ListenAddress& address, const Limits& limits,
                                                      Handler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

  /// Serves until stop().
  void run();

  /// Accepts nothing more, closes idle connections, gives the others `grace` to finish; then run() returns.
  /// Not from a handler.
  void stop(Millis grace);

 private:
  explicit HttpServer(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace dwell::collector
