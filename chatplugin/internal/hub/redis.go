package hub

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/centrifugal/centrifuge"
)

// Redis says where nodes reach each other. Only one of Address, Cluster and
// Sentinels is needed; Redis 5 or later. Nothing is kept there that is not in the
// database as well, but who is online.
type Redis struct {
	// Address is host:port, or an URL with redis://, rediss:// (TLS), unix://,
	// redis+sentinel:// or redis+cluster://, which may name user, password and
	// database.
	Address string

	Cluster   []string // host:port of some nodes of a Redis Cluster
	Sentinels []string // host:port of Sentinels, with SentinelMaster

	SentinelMaster   string
	SentinelUser     string
	SentinelPassword string
	SentinelTLS      *tls.Config

	User     string
	Password string
	DB       int
	TLS      *tls.Config

	// Prefix keeps several applications on one Redis apart; "pocketchat" if empty.
	Prefix string
}

const (
	redisPatience = time.Second // for connecting, and for each answer
	presenceFor   = 30 * time.Second
)

func (r Redis) given() bool { return r.Address != "" || len(r.Cluster) > 0 || len(r.Sentinels) > 0 }

func (r Redis) prefix() string {
	if r.Prefix == "" {
		return "pocketchat"
	}
	return r.Prefix
}

// engine is Redis as centrifuge speaks to it.
type engine struct {
	shard    *centrifuge.RedisShard
	broker   *centrifuge.RedisBroker
	presence *centrifuge.RedisPresenceManager
}

// connect fails where Redis does not answer now.
func (r Redis) connect(node *centrifuge.Node, handler centrifuge.BrokerEventHandler) (*engine, error) {
	e := &engine{}
	if err := r.open(e, node, handler); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

func (r Redis) open(e *engine, node *centrifuge.Node, handler centrifuge.BrokerEventHandler) (err error) {
	if e.shard, err = centrifuge.NewRedisShard(node, centrifuge.RedisShardConfig{
		Address: r.Address, ClusterAddresses: r.Cluster, SentinelAddresses: r.Sentinels,
		SentinelMasterName: r.SentinelMaster, SentinelUser: r.SentinelUser, SentinelPassword: r.SentinelPassword,
		SentinelTLSConfig: r.SentinelTLS,
		User:              r.User, Password: r.Password, DB: r.DB, TLSConfig: r.TLS, ClientName: r.prefix(),
		ConnectTimeout: redisPatience, IOTimeout: redisPatience,
	}); err != nil {
		return err
	}
	shards := []*centrifuge.RedisShard{e.shard}
	if e.presence, err = centrifuge.NewRedisPresenceManager(node, centrifuge.RedisPresenceManagerConfig{
		Prefix: r.prefix(), Shards: shards, PresenceTTL: presenceFor,
		EnableUserMapping: func(string) bool { return true },
	}); err != nil {
		return err
	}
	if e.broker, err = centrifuge.NewRedisBroker(node, centrifuge.RedisBrokerConfig{Prefix: r.prefix(), Shards: shards}); err != nil {
		return err
	}
	return e.broker.RegisterBrokerEventHandler(handler)
}

func (e *engine) close() {
	if e.broker != nil {
		_ = e.broker.Close(context.Background())
	}
	if e.shard != nil {
		e.shard.Close()
	}
}
