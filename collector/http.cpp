#include "collector/http.h"

#include <atomic>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/log.h"

namespace dwell::collector {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

/// A client that is still sending while it is refused would lose the answer to a reset: so much of what it
/// sends is read and thrown away.
constexpr std::size_t kDrainBytes = 16 << 20;
constexpr std::chrono::seconds kDrainTime{2};
/// After a failed accept (no file descriptors left, most of all).
constexpr std::chrono::milliseconds kAcceptAgain{100};

Request requestOf(const http::request<http::string_body>& message, std::uint64_t contentLength) {
  Request request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.contentLength = contentLength;
  return request;
}

}  // namespace

class Session;

class HttpServer::Server {
 public:
  Server(const Limits& limits, Handler& handler)
      : limits_(limits),
        handler_(handler),
        acceptor_(asio::make_strand(context_)),
        acceptAgain_(acceptor_.get_executor()) {}

  Expected<void> listen(const ListenAddress& address);
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void run();
  void stop(Millis grace);

  const Limits& limits() const { return limits_; }
  Handler& handler() { return handler_; }
  bool stopping() const { return stopping_; }

  /// False when bodies of all requests together would take too much memory.
  bool reserve(std::size_t bytes) {
    if (bodyBytes_.fetch_add(bytes) + bytes <= limits_.bodyBytesInFlight) return true;
    bodyBytes_ -= bytes;
    return false;
  }
  void release(std::size_t bytes) { bodyBytes_ -= bytes; }

  void opened(Session* session) {
    const std::lock_guard lock(mutex_);
    sessions_.insert(session);
  }
  void closed(Session* session) {
    const std::lock_guard lock(mutex_);
    sessions_.erase(session);
    if (sessions_.empty()) allClosed_.notify_all();
  }

 private:
  void accept();
  void start(tcp::socket socket);
  std::vector<std::shared_ptr<Session>> openSessions();

  const Limits limits_;
  Handler& handler_;
  std::mutex mutex_;
  std::condition_variable allClosed_;
  std::set<Session*> sessions_;
  std::atomic<std::size_t> bodyBytes_{0};
  std::atomic<bool> stopping_{false};
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> working_{context_.get_executor()};
  tcp::acceptor acceptor_;
  asio::steady_timer acceptAgain_;
};

/// One connection. Everything runs on its strand; it lives as long as an operation or an answer is pending.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, HttpServer::Server& server) : stream_(std::move(socket)), server_(server) {
    server_.opened(this);
  }
  ~Session() {
    server_.release(reserved_);
    server_.closed(this);
  }

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->readHeader(); });
  }
  void refuse(Response response) {
    asio::dispatch(stream_.get_executor(),
                   [self = shared_from_this(), refused = std::move(response)]() mutable {
                     self->unread_ = true;
                     self->respond(std::move(refused));
                   });
  }
  /// Ends it if it waits for a request; one that is being answered ends after the answer.
  void stop() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] {
      if (self->idle_) self->stream_.close();
    });
  }

 private:
  template <class Next>
  auto then(Next next) {
    return [self = shared_from_this(), next](error_code error, std::size_t) { (self.get()->*next)(error); };
  }

  void readHeader() {
    if (server_.stopping()) return finish();
    parser_.emplace();
    parser_->header_limit(kHeaderBytes);
    parser_->body_limit(boost::none);  // the routes say how much each may have
    unread_ = false;
    idle_ = true;
    stream_.expires_after(server_.limits().headerTimeout);
    http::async_read_header(stream_, buffer_, *parser_, then(&Session::onHeader));
  }

  void onHeader(error_code error) {
    idle_ = false;
    if (error) return onUnreadable(error);
    const auto& message = parser_->get();
    if (parser_->chunked()) {
      unread_ = true;
      return respond(problem(411, "the length of the body is not said", "send Content-Length"));
    }
    const std::uint64_t length = parser_->content_length().value_or(0);
    unread_ = length > 0;
    try {
      Admission admission = server_.handler().admit(requestOf(message, length));
      if (auto* response = std::get_if<Response>(&admission)) return respond(std::move(*response));
      work_ = std::get<Work>(std::move(admission));
    } catch (const std::exception& thrown) {
      return respondBroken(thrown);
    }
    if (!server_.reserve(length)) return respond(tryLater("too many reports arrive at the same time"));
    reserved_ = length;
    if (message[http::field::expect] == "100-continue") return sendContinue();
    readBody();
  }

  /// What came was no request, or nothing came.
  void onUnreadable(error_code error) {
    if (error == http::error::header_limit) {
      unread_ = true;
      return respond(problem(431, "the header is too long", "send fewer or shorter header fields"));
    }
    if (error.category() == make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      unread_ = true;
      return respond(problem(400, "this is not an HTTP request", "send HTTP/1.1"));
    }
    finish();
  }

  void sendContinue() {
    continue_.emplace(http::status::continue_, parser_->get().version());
    http::async_write(stream_, *continue_, then(&Session::onContinueSent));
  }
  void onContinueSent(error_code error) {
    if (!error) readBody();
  }

  void readBody() {
    stream_.expires_after(server_.limits().bodyTimeout);
    http::async_read(stream_, buffer_, *parser_, then(&Session::onBody));
  }

  void onBody(error_code error) {
    if (error) return finish();
    unread_ = false;
    stream_.expires_never();  // the answer has its own limit: the disk
    try {
      std::exchange(work_, {})(
          std::move(parser_->get().body()), [self = shared_from_this()](Response response) {
            asio::post(self->stream_.get_executor(),
                       [self, answer = std::move(response)]() mutable { self->respond(std::move(answer)); });
          });
    } catch (const std::exception& thrown) {
      respondBroken(thrown);
    }
  }

  void respondBroken(const std::exception& thrown) {
    logError(std::string("collector: a request failed: ") + thrown.what());
    respond(tryLater("the collector has a fault of its own, which was logged"));
  }

  void respond(Response response) {
    server_.release(std::exchange(reserved_, 0));
    const bool keep =
        parser_ && parser_->is_header_done() && parser_->keep_alive() && !unread_ && !server_.stopping();
    message_ = {};
    message_.version(11);
    message_.result(static_cast<unsigned>(response.status));
    for (const auto& [name, value] : response.headers) message_.set(name, value);
    message_.keep_alive(keep);
    message_.body() = std::move(response.body);
    message_.prepare_payload();
    stream_.expires_after(server_.limits().writeTimeout);
    http::async_write(stream_, message_, then(&Session::onWritten));
  }

  void onWritten(error_code error) {
    if (!error && message_.keep_alive()) return readHeader();
    if (!error && unread_) return drain();
    finish();
  }

  void drain() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kDrainTime);
    readAndForget(kDrainBytes);
  }
  void readAndForget(std::size_t budget) {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(65'536),
                            [self = shared_from_this(), budget](error_code error, std::size_t bytes) {
                              if (error || bytes >= budget) return self->finish();
                              self->readAndForget(budget - bytes);
                            });
  }

  void finish() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.close();
  }

  beast::tcp_stream stream_;
  HttpServer::Server& server_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::empty_body>> continue_;
  http::response<http::string_body> message_;
  Work work_;
  std::size_t reserved_ = 0;
  bool idle_ = false;
  bool unread_ = false;  ///< a body, or the rest of something unreadable, has not been read
};

Expected<void> HttpServer::Server::listen(const ListenAddress& address) {
  const tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  // After a restart connections of the last run may linger; a port that is listened on is refused all the
  // same.
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  const std::string where = address.host + ":" + std::to_string(address.port);
  if (error == asio::error::address_in_use) {
    return failure("the port is in use by another program", where,
                   "a free port: name another with --listen, port 0 for any, or stop the other program");
  }
  if (error) return failure("cannot listen: " + error.message(), where, "an address of this machine");
  accept();
  return {};
}

void HttpServer::Server::accept() {
  acceptor_.async_accept(asio::make_strand(context_), [this](error_code error, tcp::socket socket) {
    if (stopping_) return;
    if (!error) {
      start(std::move(socket));
      return accept();
    }
    logWarn("collector: a connection could not be accepted: " + error.message());
    acceptAgain_.expires_after(kAcceptAgain);
    acceptAgain_.async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  });
}

void HttpServer::Server::start(tcp::socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  std::size_t open = 0;
  {
    const std::lock_guard lock(mutex_);
    open = sessions_.size();
  }
  // Those that are told so take a place for a moment themselves.
  if (open >= 2 * limits_.connections) return;
  const auto session = std::make_shared<Session>(std::move(socket), *this);
  if (open < limits_.connections) {
    session->start();
  } else {
    session->refuse(tryLater("too many connections"));
  }
}

void HttpServer::Server::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& error) {  // out of memory, most likely: this connection ends, others go on
      logError(std::string("collector: a connection failed: ") + error.what());
    }
  }
}

void HttpServer::Server::stop(Millis grace) {
  stopping_ = true;
  asio::post(acceptor_.get_executor(), [this] {
    error_code ignored;
    acceptor_.close(ignored);
    acceptAgain_.cancel();
  });
  for (const auto& session : openSessions()) session->stop();
  std::unique_lock lock(mutex_);
  allClosed_.wait_for(lock, grace, [this] { return sessions_.empty(); });
  context_.stop();
}

std::vector<std::shared_ptr<Session>> HttpServer::Server::openSessions() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Session>> open;
  for (Session* session : sessions_) {
    if (auto alive = session->weak_from_this().lock()) open.push_back(std::move(alive));
  }
  return open;
}

HttpServer::HttpServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
HttpServer::~HttpServer() = default;

Expected<std::unique_ptr<HttpServer>> HttpServer::listen(const ListenAddress& address, const Limits& limits,
                                                         Handler& handler) {
  auto server = std::make_unique<Server>(limits, handler);
  if (const auto listening = server->listen(address); !listening) {
    return tl::unexpected<Error>(listening.error());
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(server)));
}

std::uint16_t HttpServer::port() const { return server_->port(); }
void HttpServer::run() { server_->run(); }
void HttpServer::stop(Millis grace) { server_->stop(grace); }

}  // namespace dwell::collector
