import 'dart:math';
import 'package:pocketbase/pocketbase.dart';

final pb = PocketBase('https://app.example');

Future<Map<String, dynamic>> chat(String path, [Map<String, dynamic>? body]) => pb.send('/chat/$path',
    method: body == null ? 'GET' : 'POST', body: body ?? {}, headers: {'Accept': 'application/json'});

Future<RecordAuth> signIn(String email, String password) =>
    pb.collection('users').authWithPassword(email, password);

Future<Map<String, dynamic>> list() => chat('list-partial/');

Future<String> openDirect(String email) async => (await chat('new/', {'email': email}))['room'];

// Sent again with the same client id, it is the same message.
Future<RecordModel> send(String room, String body, String clientId) => pb
    .collection('chat_messages')
    .create(body: {'room': room, 'body': body, 'client_id': clientId});

Future<UnsubscribeFunc> follow(String room, void Function(Map<String, dynamic>) show, [int cursor = 0]) =>
    pb.realtime.subscribe('chat/rooms/$room', (e) async {
      final frame = e.jsonData();
      if (frame['type'] == 'message') {
        show(frame['message']);
        if (frame['rev'] == cursor + 1) cursor = frame['rev'];
      }
      if (frame['type'] != 'synced') return;
      // Also after every reconnect: fetch what was missed.
      for (var full = true; full;) {
        final missed = await pb.collection('chat_messages').getList(
            page: 1, perPage: 200, sort: 'rev',
            filter: pb.filter('room = {:room} && rev > {:cursor}', {'room': room, 'cursor': cursor}));
        for (final message in missed.items) {
          show(message.toJson());
          cursor = max(cursor, message.getIntValue('rev'));
        }
        full = missed.items.length == 200;
      }
      cursor = max(cursor, frame['rev'] as int);
    });
